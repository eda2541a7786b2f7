package dev.assay.verifier.cli;

import picocli.CommandLine.Command;

@Command(
        name = "quote",
        description = "TPM quotes, without a verifier that runs.",
        subcommands = QuoteVerifyCommand.class)
final class QuoteCommand {}

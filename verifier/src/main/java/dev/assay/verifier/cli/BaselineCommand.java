package dev.assay.verifier.cli;

import picocli.CommandLine.Command;

@Command(
        name = "baseline",
        description = "Sign, show, compare and amend golden files; publish, list and retire them.",
        subcommands = {
            BaselineSignCommand.class,
            BaselineShowCommand.class,
            BaselineDiffCommand.class,
            BaselineAmendCommand.class,
            BaselineOnlineCommands.Publish.class,
            BaselineOnlineCommands.ListAll.class,
            BaselineOnlineCommands.Retire.class,
            BaselineOnlineCommands.AllowRollback.class
        })
final class BaselineCommand {}

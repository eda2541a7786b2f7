package dev.assay.verifier.cli;

import picocli.CommandLine.Command;

@Command(
        name = "baseline",
        description = "Sign, show and compare golden files; publish, list and retire baselines.",
        subcommands = {
            BaselineSignCommand.class,
            BaselineShowCommand.class,
            BaselineDiffCommand.class,
            BaselineOnlineCommands.Publish.class,
            BaselineOnlineCommands.ListAll.class,
            BaselineOnlineCommands.Retire.class,
            BaselineOnlineCommands.AllowRollback.class
        })
final class BaselineCommand {}

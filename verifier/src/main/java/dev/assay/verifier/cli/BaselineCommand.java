package dev.assay.verifier.cli;

import picocli.CommandLine.Command;

@Command(
        name = "baseline",
        description = {
            "Collect, merge, sign, show, compare and amend golden files;",
            "publish, list and retire them."
        },
        subcommands = {
            BaselineCollectCommand.class,
            BaselineMergeCommand.class,
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

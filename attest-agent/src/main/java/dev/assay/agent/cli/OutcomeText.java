package dev.assay.agent.cli;

import dev.assay.agent.daemon.Bootstrap;
import dev.assay.agent.daemon.StartException;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.Json;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// What attesting came to, for people, for programs and as an exit code.
final class OutcomeText {
    private OutcomeText() {}

    private record Document(String host, String state, boolean admit, String because) {}

    static void print(Bootstrap.Outcome outcome, boolean json, CommandLine command) {
        PrintWriter out = command.getOut();
        boolean admit = outcome.kind() == Bootstrap.Outcome.Kind.ADMITTED;
        if (json) {
            out.println(
                    Json.pretty(
                            new Document(
                                    outcome.host(), outcome.state(), admit, outcome.because())));
        } else {
            out.println(
                    outcome.host()
                            + (admit ? " is admitted: " : " is not admitted: ")
                            + EscapedText.of(Bytes.utf8(outcome.because())));
        }
    }

    static int exitCode(Bootstrap.Outcome outcome) {
        return switch (outcome.kind()) {
            case ADMITTED -> ExitCode.GOLDEN;
            case NOT_ADMITTED -> ExitCode.DRIFTED;
            case UNREACHABLE -> ExitCode.UNDETERMINED;
            case FAILED -> ExitCode.OPERATION;
        };
    }

    /// @throws ParameterException where what was given is wrong
    static CommandFailedException failure(StartException e, CommandLine command) {
        if (e.isUsage()) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
        return new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
}

package dev.assay.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/// `./assay bench`.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "What the agent costs on this machine, beside what people use today.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ScanCommand.class,
            GrowthCommand.class,
            DaemonCommand.class,
            StartCommand.class
        })
public final class BenchMain {
    private static final int FAILED = 70;

    private BenchMain() {}

    public static void main(String[] arguments) {
        System.exit(
                new CommandLine(new BenchMain())
                        .setExecutionExceptionHandler(
                                (e, command, parsed) -> {
                                    System.err.println("assay: the bench failed: " + told(e));
                                    return FAILED;
                                })
                        .execute(arguments));
    }

    private static String told(Exception e) {
        return Objects.requireNonNullElse(e.getMessage(), e.toString());
    }

    static PrintStream out() {
        return new PrintStream(System.out, true, StandardCharsets.UTF_8);
    }

    static CommandLine of(@Nullable CommandSpec spec) {
        return Objects.requireNonNull(spec).commandLine();
    }
}

package dev.assay.bench;

import dev.assay.bytes.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "daemon",
        mixinStandardHelpOptions = true,
        description =
                "Runs a verifier and a daemon over a generated tree: latency of one changed file,"
                        + " processor time while nothing changes, memory.")
final class DaemonCommand implements Callable<Integer> {
    private static final double MIB = 1 << 20;

    @Spec private @Nullable CommandSpec spec;

    @Mixin private BenchOptions options = new BenchOptions();

    @Option(
            names = "--files",
            paramLabel = "N",
            defaultValue = "125000",
            description = "files of the tree, of 1 KiB on average (default: ${DEFAULT-VALUE})")
    private int files = 125_000;

    @Option(
            names = "--changes",
            paramLabel = "N",
            defaultValue = "200",
            description = "changed files whose latency is measured (default: ${DEFAULT-VALUE})")
    private int changes = 200;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "10",
            description = "after which no more changes are made (default: ${DEFAULT-VALUE})")
    private int minutes = 10;

    @Option(
            names = "--quiet",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "how long nothing changes (default: ${DEFAULT-VALUE})")
    private int quietSeconds = 60;

    @Option(
            names = "--interval",
            paramLabel = "MILLIS",
            defaultValue = "60000",
            description = "the group's (default: ${DEFAULT-VALUE})")
    private long intervalMillis = 60_000;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "of the pauses between changes (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (files < 1 || changes < 0 || minutes < 1 || quietSeconds < 1) {
            throw new ParameterException(BenchMain.of(spec), "numbers are at least 1");
        }
        DaemonBench.Settings settings =
                new DaemonBench.Settings(
                        files,
                        changes,
                        Duration.ofMinutes(minutes),
                        Duration.ofSeconds(quietSeconds),
                        intervalMillis,
                        seed);
        try (Workplace workplace = options.workplace();
                Progress progress = new Progress()) {
            AgentProgram agent = AgentProgram.ofSystemProperties();
            DaemonBench bench = new DaemonBench(agent, settings, workplace.folder(), progress);
            print(bench.run(), BenchMain.out());
            progress.tell("removing the files ...");
            return 0;
        }
    }

    private void print(DaemonBench.Result result, PrintStream out) {
        if (options.json()) {
            out.println(Json.pretty(result));
            return;
        }
        out.println(
                String.format(
                        Locale.ROOT,
                        "daemon: %,d files, %d changes found, %d missed, seed %d",
                        result.settings().files(),
                        result.latencySeconds().size(),
                        result.missed(),
                        result.settings().seed()));
        out.println(result.machine().text());
        out.println(
                String.format(
                        Locale.ROOT,
                        "resident %.1f MiB, at most %.1f MiB before and %.1f MiB after the changes",
                        result.afterQuiet().residentBytes() / MIB,
                        result.afterQuiet().peakBytes() / MIB,
                        result.afterChanges().peakBytes() / MIB));
        ReportText.targets(result.targets(), out);
    }
}

package dev.assay.bench;

import dev.assay.bytes.Json;
import java.io.IOException;
import java.io.PrintStream;
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
        name = "growth",
        mixinStandardHelpOptions = true,
        description = "Measures a generated tree while it grows: time and memory by files.")
final class GrowthCommand implements Callable<Integer> {
    private static final double MIB = 1 << 20;

    @Spec private @Nullable CommandSpec spec;

    @Mixin private BenchOptions options = new BenchOptions();

    @Option(
            names = "--files",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "up to how many files, of 1 KiB on average (default: ${DEFAULT-VALUE})")
    private int files = 1_000_000;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "how often each size is measured (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (files < 1 || rounds < 1) {
            throw new ParameterException(BenchMain.of(spec), "--files and --rounds are at least 1");
        }
        try (Workplace workplace = options.workplace();
                Progress progress = new Progress()) {
            Growth.Curve curve =
                    Growth.measure(
                            AgentProgram.ofSystemProperties(),
                            workplace.folder(),
                            files,
                            rounds,
                            progress);
            print(curve, BenchMain.out());
            progress.tell("removing the files ...");
            return 0;
        }
    }

    private void print(Growth.Curve curve, PrintStream out) {
        if (options.json()) {
            out.println(Json.pretty(curve));
            return;
        }
        out.println("growth: " + curve.machine().text());
        out.println();
        out.println(
                String.format(
                        Locale.ROOT,
                        "%10s %9s %9s %9s %9s %9s %9s",
                        "files",
                        "median s",
                        "min s",
                        "max s",
                        "CPU s",
                        "peak MiB",
                        "µs a file"));
        for (Growth.Point point : curve.points()) {
            Series full = point.full();
            out.println(
                    String.format(
                            Locale.ROOT,
                            "%,10d %9.2f %9.2f %9.2f %9.2f %9.1f %9.1f",
                            point.files(),
                            full.wallSeconds().median(),
                            full.wallSeconds().min(),
                            full.wallSeconds().max(),
                            full.cpuSeconds().median(),
                            full.peakBytes() / MIB,
                            point.microsPerFile()));
        }
    }
}

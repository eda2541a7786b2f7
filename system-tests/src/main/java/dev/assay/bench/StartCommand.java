package dev.assay.bench;

import dev.assay.bytes.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = "How long attest-agent takes to say who it is, and how large it is.")
final class StartCommand implements Callable<Integer> {
    private static final Duration BOUND = Duration.ofMinutes(1);
    private static final double SECONDS = 0.25;
    private static final double INSTALLED_MIB = 70;
    private static final double MIB = 1 << 20;

    @Spec private @Nullable CommandSpec spec;

    @Mixin private BenchOptions options = new BenchOptions();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "20",
            description = "how often each one starts (default: ${DEFAULT-VALUE})")
    private int rounds = 20;

    /// @param installedBytes of all files; null where only the jar was built
    record Result(
            Machine machine,
            List<Series> contenders,
            @Nullable Long installedBytes,
            List<Target> targets) {
        Result {
            contenders = List.copyOf(contenders);
            targets = List.copyOf(targets);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1) {
            throw new ParameterException(BenchMain.of(spec), "--rounds is at least 1");
        }
        try (Workplace workplace = options.workplace();
                Progress progress = new Progress()) {
            Result result = measure(workplace.folder(), progress);
            PrintStream out = BenchMain.out();
            if (options.json()) {
                out.println(Json.pretty(result));
            } else {
                out.println("start: " + result.machine().text());
                out.println();
                ReportText.table(result.contenders(), out);
                ReportText.targets(result.targets(), out);
            }
            return 0;
        }
    }

    private Result measure(Path folder, Progress progress)
            throws IOException, InterruptedException {
        AgentProgram agent = AgentProgram.ofSystemProperties();
        Machine machine = Machine.here(agent);
        List<Target> targets = new ArrayList<>();
        List<Contender> contenders =
                List.of(
                        Contender.Present.of("attest-agent --version", agent.command("--version")),
                        Contender.Present.of("attest-agent --help", agent.command("--help")));
        try (Stopwatch stopwatch = new Stopwatch(BOUND)) {
            Race.Result result = new Race(stopwatch, folder, progress).run(contenders, rounds);
            for (Series one : result.series()) {
                targets.add(new Target(one.name(), one.wallSeconds().median(), SECONDS, "s"));
            }
            Long bytes = null;
            if (agent.folder().isPresent()) {
                bytes = TreeSize.of(agent.folder().get()).bytes();
                targets.add(new Target("installed size", bytes / MIB, INSTALLED_MIB, "MiB"));
            }
            return new Result(machine, result.series(), bytes, targets);
        }
    }
}

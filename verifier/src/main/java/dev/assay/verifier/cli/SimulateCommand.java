package dev.assay.verifier.cli;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.simulate.RandomScenario;
import dev.assay.verifier.simulate.Report;
import dev.assay.verifier.simulate.Scenario;
import dev.assay.verifier.simulate.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "simulate",
        description =
                "Run the real reset policy, breaker and ladder over a fleet that is only imagined."
                        + " Needs no verifier and touches nothing.")
final class SimulateCommand implements Callable<Integer> {
    private static final String RANDOM = "random";

    @Option(
            names = "--scenario",
            required = true,
            paramLabel = "FILE|NAME",
            description =
                    "What befalls the fleet: a file, 'random', or one of those that --list has.")
    private String scenario;

    @Option(names = "--hosts", paramLabel = "N", description = "How many; else the scenario's.")
    private @Nullable Integer hosts;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "The same seed gives the same run; else one is drawn and printed.")
    private @Nullable Long seed;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = Lives.class,
            description = "How long; else as long as the scenario says.")
    private @Nullable Duration time;

    @Mixin private GroupOptions options;
    @Mixin private Printing printing;

    private record Result(
            String scenario,
            String about,
            long seed,
            int hosts,
            double minutes,
            GroupSettings group,
            Report report) {}

    @Override
    public Integer call() throws IOException, MalformedInputException, CommandFailure {
        long drawn = seed == null ? new SecureRandom().nextInt(1_000_000) : seed;
        Scenario chosen = chosen(drawn);
        int count = hosts == null ? chosen.hosts() : hosts;
        if (count < 1 || count > Scenario.MAX_HOSTS) {
            throw CommandFailure.usage("--hosts is from 1 to " + Scenario.MAX_HOSTS);
        }
        GroupSettings group;
        try {
            group = Simulation.settings(chosen, options.given());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
        double minutes = time == null ? chosen.minutes() : time.toMillis() / 60_000.0;
        Simulation simulation = new Simulation(chosen, count, drawn, group);
        Report report =
                scenario.equals(RANDOM) && time == null
                        ? simulation.runToTheEnd()
                        : simulation.run(minutes);
        List<String> lines = new ArrayList<>();
        lines.add(scenario + ": " + chosen.about());
        lines.add(count + " hosts, " + minutes + " minutes, seed " + drawn);
        lines.add("");
        lines.addAll(report.lines());
        printing.print(
                new Result(scenario, chosen.about(), drawn, count, minutes, group, report), lines);
        return report.breaches().isEmpty() ? Exit.CLEAN : Exit.OPERATION;
    }

    private Scenario chosen(long drawn) throws IOException, MalformedInputException {
        if (scenario.equals(RANDOM)) {
            return RandomScenario.of(drawn);
        }
        if (Scenario.SHIPPED.contains(scenario)) {
            return Scenario.shipped(scenario);
        }
        Path file = Path.of(scenario);
        if (!Files.isRegularFile(file)) {
            throw new java.nio.file.NoSuchFileException(
                    scenario
                            + ", and no scenario of that name: "
                            + String.join(", ", Scenario.SHIPPED)
                            + ", "
                            + RANDOM);
        }
        return Scenario.parse(Bytes.copyOf(Files.readAllBytes(file)));
    }
}

package dev.assay.bench;

import dev.assay.bench.Contender.Absent;
import dev.assay.bench.Contender.Present;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Lets contenders run in turns, round after round, each time another one first: what the machine
/// does beside that, and what the one before left in the caches, then falls on all alike.
final class Race {
    private final Stopwatch stopwatch;
    private final Path folder;
    private final Progress progress;

    /// @param folder where complaints are kept until they are told
    Race(Stopwatch stopwatch, Path folder, Progress progress) {
        this.stopwatch = stopwatch;
        this.folder = folder;
        this.progress = progress;
    }

    /// @param series in the order of the contenders, without those that are left out
    record Result(List<Series> series, List<Absent> leftOut) {
        Result {
            series = List.copyOf(series);
            leftOut = List.copyOf(leftOut);
        }
    }

    /// One that fails is left out of the rest, with the reason.
    Result run(List<Contender> contenders, int rounds) throws IOException, InterruptedException {
        List<Present> running = new ArrayList<>();
        List<Absent> leftOut = new ArrayList<>();
        Map<String, List<Run>> runs = new LinkedHashMap<>();
        for (Contender contender : contenders) {
            switch (contender) {
                case Absent absent -> leftOut.add(absent);
                case Present present -> {
                    running.add(present);
                    runs.put(present.name(), new ArrayList<>());
                }
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < running.size(); i++) {
                Present next = running.get((i + round) % running.size());
                List<Run> sofar = runs.get(next.name());
                if (sofar == null) {
                    continue;
                }
                progress.tell("round %d of %d: %s".formatted(round + 1, rounds, next.name()));
                next.before().run();
                Path complaints = folder.resolve("complaints");
                Run run = stopwatch.run(next.command(), Path.of("/dev/null"), complaints);
                if (next.exits().contains(run.exit())) {
                    sofar.add(run);
                } else {
                    runs.remove(next.name());
                    leftOut.add(new Absent(next.name(), failure(run, complaints)));
                }
            }
        }
        progress.tell("");
        List<Series> series = new ArrayList<>();
        runs.forEach((name, all) -> series.add(Series.of(name, all)));
        return new Result(series, leftOut);
    }

    private static String failure(Run run, Path complaints) throws IOException {
        String said = new String(Files.readAllBytes(complaints), StandardCharsets.UTF_8);
        String first = said.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
        return "ended with " + run.exit() + (first.isEmpty() ? "" : ": " + first.strip());
    }
}

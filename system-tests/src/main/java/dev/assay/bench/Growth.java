package dev.assay.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Measures one tree again and again while it grows: linear is what holds for a million files.
final class Growth {
    private static final Duration BOUND = Duration.ofMinutes(10);
    private static final int FIRST = 10_000;

    private Growth() {}

    /// @param files there were, of `bytes` together
    /// @param full measured whole
    /// @param microsPerFile of its median
    record Point(int files, long bytes, Series full, double microsPerFile) {}

    record Curve(Machine machine, List<Point> points) {
        Curve {
            points = List.copyOf(points);
        }
    }

    /// 10,000, 31,600, 100,000 and so on.
    static List<Integer> steps(int most) {
        List<Integer> steps = new ArrayList<>();
        for (int files = FIRST; files < most; files *= 10) {
            steps.add(files);
            int between = files / 100 * 316;
            if (between < most) {
                steps.add(between);
            }
        }
        steps.add(most);
        return steps;
    }

    static Curve measure(AgentProgram agent, Path folder, int most, int rounds, Progress progress)
            throws IOException, InterruptedException {
        Machine machine = Machine.here(agent);
        List<Point> points = new ArrayList<>();
        GeneratedTree tree = new GeneratedTree(folder.resolve("tree"), GeneratedTree.Sizes.SMALL);
        Contender full = new Measuring(agent, tree.root()).full();
        try (Stopwatch stopwatch = new Stopwatch(BOUND)) {
            Race race = new Race(stopwatch, folder, progress);
            for (int files : steps(most)) {
                tree.growTo(files, progress);
                Race.Result result = race.run(List.of(full), rounds);
                if (!result.leftOut().isEmpty()) {
                    throw new IOException(
                            files + " files: " + result.leftOut().getFirst().reason());
                }
                Series series = result.series().getFirst();
                points.add(
                        new Point(
                                files,
                                tree.bytes(),
                                series,
                                series.wallSeconds().median() * 1e6 / files));
            }
        }
        return new Curve(machine, points);
    }
}

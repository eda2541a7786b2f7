package dev.assay.bench;

import dev.assay.bench.Contender.Present;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Measures one tree with everything that this machine has, warm or cold.
final class Scan {
    /// Of one run. AIDE takes 20 s where we take 2.
    private static final Duration BOUND = Duration.ofMinutes(15);

    private static final double WIDE_VECTORS = 0.75;
    private static final double NARROW_VECTORS = 0.9;
    private static final double AIDE = 1.0 / 7;
    private static final double COLD = 1.1;

    private final AgentProgram agent;
    private final Path root;
    private final int rounds;
    private final Path folder;
    private final Progress progress;

    /// @param folder of our own, for configurations, databases and the index
    Scan(AgentProgram agent, Path root, int rounds, Path folder, Progress progress) {
        this.agent = agent;
        this.root = root;
        this.rounds = rounds;
        this.folder = folder;
        this.progress = progress;
    }

    /// Everything in the page cache, which is how a host that runs is found.
    Report warm() throws IOException, InterruptedException {
        Machine machine = Machine.here(agent);
        progress.tell("counting " + root + " ...");
        TreeSize size = TreeSize.of(root);
        Measuring ours = new Measuring(agent, root);
        try (Stopwatch stopwatch = new Stopwatch(BOUND);
                ChangingFile changing = new ChangingFile(root)) {
            Contender reading = Tools.read(root, Machine.allCores());
            List<Contender> incremental = ours.incremental(folder, changing);
            warmUp(stopwatch, reading, incremental.getFirst());
            List<Contender> all = new ArrayList<>();
            all.add(Tools.find(root));
            all.add(reading);
            all.add(Tools.openssl(root, Machine.allCores()));
            all.add(Aide.over(root, folder));
            all.add(ours.full());
            all.addAll(incremental);
            return report("scan", machine, size, new Race(stopwatch, folder, progress), all);
        }
    }

    /// Nothing in the page cache, not even the programs, as after a boot.
    Report cold() throws IOException, InterruptedException {
        Machine machine = Machine.here(agent);
        TreeSize size = TreeSize.of(root);
        try (Stopwatch stopwatch = new Stopwatch(BOUND)) {
            List<Contender> all = new ArrayList<>();
            for (Contender one :
                    List.of(
                            Tools.read(root, Machine.allCores()),
                            Tools.openssl(root, Machine.allCores()),
                            new Measuring(agent, root).full())) {
                all.add(PageCaches.dropBefore(one));
            }
            return report("scan --cold", machine, size, new Race(stopwatch, folder, progress), all);
        }
    }

    /// Reads all once, and lets the index be written that later runs use.
    private void warmUp(Stopwatch stopwatch, Contender... contenders)
            throws IOException, InterruptedException {
        for (Contender contender : contenders) {
            if (contender instanceof Present present) {
                progress.tell("warming up: " + present.name());
                Path silence = Path.of("/dev/null");
                Run run = stopwatch.run(present.command(), silence, silence);
                if (!present.exits().contains(run.exit())) {
                    throw new IOException(
                            present.name() + " ended with " + run.exit() + " at its first run");
                }
            }
        }
    }

    private Report report(
            String bench, Machine machine, TreeSize size, Race race, List<Contender> contenders)
            throws IOException, InterruptedException {
        Race.Result result = race.run(contenders, rounds);
        return new Report(
                bench,
                machine,
                root.toString(),
                size,
                rounds,
                result.series(),
                result.leftOut(),
                bench.equals("scan")
                        ? warmTargets(machine, result.series())
                        : ratio(result.series(), Measuring.FULL, Tools.READ, COLD));
    }

    static List<Target> warmTargets(Machine machine, List<Series> series) {
        boolean wide = machine.vectors().startsWith("avx512");
        List<Target> targets = new ArrayList<>();
        targets.addAll(
                ratio(series, Measuring.FULL, Tools.OPENSSL, wide ? WIDE_VECTORS : NARROW_VECTORS));
        targets.addAll(ratio(series, Measuring.FULL, Aide.NAME, AIDE));
        targets.addAll(ratio(series, Measuring.UNCHANGED, Tools.FIND, 1));
        return targets;
    }

    /// None where one of the two is not there.
    private static List<Target> ratio(List<Series> all, String ours, String theirs, double limit) {
        return Report.named(all, ours)
                .flatMap(
                        mine ->
                                Report.named(all, theirs)
                                        .map(
                                                other ->
                                                        new Target(
                                                                ours + " / " + theirs,
                                                                mine.ratioTo(other),
                                                                limit,
                                                                "×")))
                .stream()
                .toList();
    }

    static void requireFolder(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new IOException(root + " is no folder");
        }
    }
}

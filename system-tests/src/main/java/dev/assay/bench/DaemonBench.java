package dev.assay.bench;

import dev.assay.rig.Api;
import dev.assay.rig.Fleet;
import dev.assay.rig.GoldenImage;
import dev.assay.rig.Programs;
import dev.assay.rig.SimulatedHost;
import dev.assay.rig.TreeScope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A real verifier and a real daemon over a tree: how soon the verifier knows of one changed file,
/// and what the daemon costs while nothing changes.
final class DaemonBench {
    private static final String HOST = "one";
    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration BEYOND_INTERVAL = Duration.ofSeconds(20);

    private static final double MIB = 1 << 20;
    private static final double MEDIAN_SECONDS = 0.3;
    private static final double P99_SECONDS = 1;
    private static final double CPU_PERCENT = 0.5;
    private static final double EVIDENCE_KIB = 4;
    private static final int HOST_FILES = 125_000;
    private static final double HOST_MIB = 96;
    private static final double MILLION_MIB = 256;

    private final AgentProgram agent;
    private final Settings settings;
    private final Path folder;
    private final Progress progress;

    /// @param files that the tree has
    /// @param changes whose latency is measured, within `bound` together
    /// @param quiet for how long the daemon's processor time is counted
    /// @param intervalMillis after which the daemon attests though nothing changed
    /// @param seed of the pauses between changes
    record Settings(
            int files,
            int changes,
            Duration bound,
            Duration quiet,
            long intervalMillis,
            long seed) {}

    /// @param latencySeconds from a changed file to accepted evidence of that very content
    /// @param missed changes that no evidence told in time
    /// @param cpuPercent of one core, while nothing changed
    /// @param evidenceBytes on the wire, on average, while all was golden
    record Result(
            Machine machine,
            Settings settings,
            List<Double> latencySeconds,
            int missed,
            double cpuPercent,
            Resources afterQuiet,
            Resources afterChanges,
            double evidenceBytes,
            List<Target> targets) {
        Result {
            latencySeconds = List.copyOf(latencySeconds);
            targets = List.copyOf(targets);
        }
    }

    DaemonBench(AgentProgram agent, Settings settings, Path folder, Progress progress) {
        this.agent = agent;
        this.settings = settings;
        this.folder = folder;
        this.progress = progress;
    }

    Result run() throws IOException, InterruptedException {
        Machine machine = Machine.here(agent);
        GeneratedTree tree = new GeneratedTree(folder.resolve("tree"), GeneratedTree.Sizes.SMALL);
        tree.growTo(settings.files(), progress);
        Programs programs = new Programs(agent.file(), Programs.verifierJar());
        GoldenImage image = GoldenImage.inPlace(tree.root(), folder);
        String scope = TreeScope.write(folder).toString();
        try (Fleet fleet = new Fleet(programs, folder, image, scope)) {
            Runtime.getRuntime().addShutdownHook(new Thread(fleet::close));
            progress.tell("capturing, enrolling and attesting ...");
            // A host that is only observed is measured on though it has drifted.
            fleet.start(
                    Map.of(
                            "mode",
                            "observe",
                            "allowSimulated",
                            true,
                            "intervalMillis",
                            settings.intervalMillis()));
            fleet.addHosts(List.of(HOST));
            return measure(machine, fleet, tree);
        }
    }

    private Result measure(Machine machine, Fleet fleet, GeneratedTree tree)
            throws IOException, InterruptedException {
        SimulatedHost host = fleet.hosts().getFirst();
        awaitDaemon(fleet, host);
        progress.tell("nothing changes for " + settings.quiet().toSeconds() + " seconds ...");
        Resources before = resources(host);
        long begun = System.nanoTime();
        Thread.sleep(settings.quiet());
        Resources quiet = resources(host);
        double wall = (System.nanoTime() - begun) / 1e9;
        double cpuPercent = 100 * quiet.cpu().minus(before.cpu()).toNanos() / 1e9 / wall;
        Api api = fleet.verifier().api();
        double evidence = evidenceBytes(api);
        Duration boundOfOne = Duration.ofMillis(settings.intervalMillis()).plus(BEYOND_INTERVAL);
        Latencies.Found found =
                new Latencies(api, HOST, tree, boundOfOne, settings.seed())
                        .measure(settings.changes(), settings.bound(), progress);
        progress.tell("");
        return new Result(
                machine,
                settings,
                found.seconds(),
                found.missed(),
                cpuPercent,
                quiet,
                resources(host),
                evidence,
                targets(settings.files(), found.seconds(), cpuPercent, quiet, evidence));
    }

    static List<Target> targets(
            int files,
            List<Double> latencySeconds,
            double cpuPercent,
            Resources quiet,
            double evidenceBytes) {
        List<Target> targets = new ArrayList<>();
        if (!latencySeconds.isEmpty()) {
            double median = Spread.of(latencySeconds).median();
            double p99 = Spread.percentile(latencySeconds, 99);
            targets.add(
                    new Target("one file changed → accepted, median", median, MEDIAN_SECONDS, "s"));
            targets.add(new Target("one file changed → accepted, p99", p99, P99_SECONDS, "s"));
        }
        targets.add(
                new Target("daemon while nothing changes", cpuPercent, CPU_PERCENT, "% of a core"));
        targets.add(
                new Target(
                        "daemon resident, %,d files".formatted(files),
                        quiet.residentBytes() / MIB,
                        files <= HOST_FILES ? HOST_MIB : MILLION_MIB,
                        "MiB"));
        targets.add(new Target("clean evidence", evidenceBytes / 1024, EVIDENCE_KIB, "KiB"));
        return targets;
    }

    /// The one that runs for ever must have spoken itself, after the bootstrap's evidence.
    private static void awaitDaemon(Fleet fleet, SimulatedHost host)
            throws IOException, InterruptedException {
        long bootstrapped = fleet.state(host).path("sequence").asLong();
        long end = System.nanoTime() + FIRST.toNanos();
        while (!fleet.state(host).get("admit").asBoolean()
                || fleet.state(host).path("sequence").asLong() <= bootstrapped) {
            if (System.nanoTime() > end) {
                throw new IOException(
                        "the host did not become golden in time: " + fleet.state(host));
            }
            Thread.sleep(POLL);
        }
    }

    private static Resources resources(SimulatedHost host) throws IOException {
        return Resources.of(
                host.agent()
                        .orElseThrow(() -> new IOException("the daemon ended; see " + host.log())));
    }

    private static double evidenceBytes(Api api) throws IOException, InterruptedException {
        List<String> metrics = api.text("/metrics").lines().toList();
        return metric(metrics, "assay_evidence_bytes_sum")
                / metric(metrics, "assay_evidence_bytes_count");
    }

    private static double metric(List<String> metrics, String name) throws IOException {
        return metrics.stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException("the verifier has no metric " + name));
    }
}

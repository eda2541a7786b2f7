package dev.assay.agent.attest;

import static java.util.Objects.requireNonNull;

import dev.assay.agent.collect.kernel.InitMounts;
import dev.assay.agent.collect.kernel.KernelCollector;
import dev.assay.agent.collect.packages.PackageOwners;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.HostMemory;
import dev.assay.agent.measure.IndexKey;
import dev.assay.agent.measure.Measurement;
import dev.assay.agent.measure.Measurer;
import dev.assay.agent.measure.Pass;
import dev.assay.agent.tree.FileTree;
import dev.assay.agent.watch.Hint;
import dev.assay.agent.watch.Hints;
import dev.assay.agent.watch.Watcher;
import dev.assay.agent.watch.Watchers;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Observed;
import dev.assay.scope.Facts;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.Rule;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A host whose files are below a root and whose kernel shows itself below a folder with `proc` and
/// `sys`: this one, one that is mounted here, or a captured one.
public final class MeasuredHost implements HostMeasurer {
    private static final EventLog LOG = EventLog.of(MeasuredHost.class);

    /// A watcher that died, or never saw anything, is tried anew.
    private static final Duration REOPEN = Duration.ofMinutes(10);

    private static final Path LIVE = Path.of("/");
    private static final Bytes SLASH = Bytes.utf8("/");

    private final Path root;
    private final Path kernelFrom;
    private final KernelCollector kernel;
    private final PackageOwners packages;
    private final HostMemory memory;
    private final Map<Digest, Looked> looked = new HashMap<>();
    private final Sightings sightings = new Sightings();
    private @Nullable Watcher watcher;
    private List<Scope> watched = List.of();
    private long openedNanos;

    /// What was measured last under one key.
    private record Looked(Measurer measurer, @Nullable Digest files) {}

    /// A host that is measured once.
    public MeasuredHost(Path root, Path kernelFrom) {
        this(
                root,
                kernelFrom,
                HostMemory.of(root.toAbsolutePath().normalize(), null, HostMemory.Start.AFRESH));
    }

    /// @param memory of the same root
    public MeasuredHost(Path root, Path kernelFrom, HostMemory memory) {
        this.memory = memory;
        this.root = root.toAbsolutePath().normalize();
        this.kernelFrom = kernelFrom.toAbsolutePath().normalize();
        this.kernel = KernelCollector.of(this.kernelFrom, this.root);
        this.packages = PackageOwners.of(this.root);
    }

    @Override
    public BootId boot() throws IOException {
        return new BootId(
                kernel.bootId()
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                kernelFrom.resolve("proc/sys/kernel/random/boot_id")
                                                        + " holds no boot id")));
    }

    @Override
    public Evidence.Source source() {
        boolean liveKernel = kernel.isLive();
        return new Evidence.Source(
                root.toString(),
                kernelFrom.toString(),
                liveKernel ? "kernel" : "captured",
                !liveKernel || !isLiveRoot());
    }

    /// Where the agent runs in a container with the host's root mounted, that is the root of PID 1.
    private boolean isLiveRoot() {
        try {
            return root.equals(LIVE)
                    ? InitMounts.areSeen()
                    : Files.isSameFile(root, kernelFrom.resolve("proc/1/root"));
        } catch (IOException notPermitted) {
            return false;
        }
    }

    @Override
    public HostMeasurement measure(Baseline baseline, Facts facts) throws IOException {
        CompiledScope scope = compile(baseline);
        Measurer measurer =
                Measurer.of(scope, baseline.anchors(), facts, () -> kernel.collect().entries());
        Digest key = IndexKey.of(boot().toString(), scope, baseline.anchors(), root);
        HostMemory.Measured measured = memory.measure(key, measurer);
        Measurement measurement = measured.measurement();
        looked.put(key, new Looked(measurer, digest(measurement.tree())));
        sightings.touched(measurement.touched());
        SortedMap<String, Bytes> values = new TreeMap<>();
        measurement.factValues().forEach((path, value) -> values.put(path.toString(), value));
        return new HostMeasurement(
                measurement.set(),
                measurement.set().roots(),
                unforeseen(measurement.coverage(), baseline.scope()),
                measurement.undetermined(),
                values,
                measurement.seconds(),
                measurement.bytesRead(),
                freshness(measured));
    }

    private static @Nullable Digest digest(@Nullable FileTree tree) {
        return tree == null ? null : tree.digest();
    }

    private static Freshness freshness(HostMemory.Measured measured) {
        Long oldest = measured.measurement().oldestRead();
        long now = Instant.now().getEpochSecond();
        long age = oldest == null ? 0 : Math.max(0, now - oldest);
        return switch (measured.pass()) {
            case Pass.Full full -> Freshness.FULL;
            case Pass.Incremental incremental -> new Freshness(Freshness.Pass.INCREMENTAL, age);
            case Pass.Partial partial -> new Freshness(Freshness.Pass.WATCHED, age);
        };
    }

    @Override
    public void watch(List<Scope> scopes) {
        // A round begins: what it does not measure is not waited for after it.
        looked.clear();
        // A watcher that died in the round before is not believed in this one.
        memory.watched(isWatched());
        boolean tried = System.nanoTime() - openedNanos < REOPEN.toNanos();
        if (watcher != null && watched.equals(scopes) && (isWatched() || tried)) {
            return;
        }
        openedNanos = System.nanoTime();
        close();
        Watcher opened = Watchers.open(root, new ScopeInterest(scopes));
        watcher = opened;
        watched = List.copyOf(scopes);
        boolean sees = opened.means() != Watcher.Means.POLLING;
        memory.watched(sees);
        sightings.watchedBy(opened.means());
        LOG.info(
                "watching",
                "by",
                opened.means().name().toLowerCase(Locale.ROOT),
                "weakness",
                opened.weakness().orElse("none"));
    }

    @Override
    public boolean isWatched() {
        return watcher != null && watcher.means() != Watcher.Means.POLLING;
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        if (watcher == null) {
            throw new IllegalStateException("is not watched");
        }
        Hints hints = watcher.await(atMost);
        if (hints.isEmpty()) {
            return false;
        }
        sightings.seen(hints);
        sightings.watchedBy(watcher.means());
        memory.watched(isWatched());
        memory.note(hints.changed().stream().map(Hint::path).toList(), hints.lost());
        return hints.lost() || hasChanged();
    }

    /// Looks at what was noted: most of what is written on a host is not measured.
    private boolean hasChanged() {
        boolean changed = false;
        for (Map.Entry<Digest, Looked> one : looked.entrySet()) {
            try {
                Measurer.Files files = memory.lookAtNoted(one.getKey(), one.getValue().measurer());
                // Kept also where something else has changed: no later look finds it again.
                boolean touched = files != null && sightings.touched(files.touched());
                changed |=
                        files == null
                                || touched
                                || !Objects.equals(digest(files.tree()), one.getValue().files());
            } catch (IOException e) {
                // The round that follows says why.
                changed = true;
            }
        }
        return changed;
    }

    @Override
    public @Nullable Observed observed() {
        return watcher == null ? null : sightings.observed();
    }

    @Override
    public void told(Observed observed) {
        sightings.told(observed);
    }

    @Override
    public void close() {
        if (watcher != null) {
            watcher.close();
            watcher = null;
            memory.watched(false);
        }
    }

    /// Of what was not measured, only what the scope does not say itself: the verifier has the
    /// scope.
    private static Coverage unforeseen(Coverage coverage, Scope scope) {
        Set<String> said =
                scope.rules().stream()
                        .filter(rule -> rule.mutability() == MutabilityClass.UNMEASURED)
                        .map(Rule::reason)
                        .collect(Collectors.toSet());
        return new Coverage(
                coverage.classes(),
                coverage.notMeasured().stream()
                        .filter(one -> !said.contains(one.reason()))
                        .toList());
    }

    private static CompiledScope compile(Baseline baseline) throws IOException {
        try {
            return CompiledScope.of(baseline.scope());
        } catch (IllegalArgumentException e) {
            throw new IOException("scope " + baseline.scope().name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Map<NodePath, String> owners(List<NodePath> paths) {
        Map<Bytes, NodePath> files = new HashMap<>();
        for (NodePath path : paths) {
            if (path.startsWith(CompiledScope.FILES) && !path.equals(CompiledScope.FILES)) {
                files.put(SLASH.plus(path.relativeTo(CompiledScope.FILES).value()), path);
            }
        }
        Map<NodePath, String> owners = new HashMap<>();
        packages.lookup(files.keySet())
                .forEach((file, owner) -> owners.put(requireNonNull(files.get(file)), owner));
        return owners;
    }
}

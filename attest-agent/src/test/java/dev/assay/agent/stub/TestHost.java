package dev.assay.agent.stub;

import dev.assay.agent.attest.HostMeasurement;
import dev.assay.agent.attest.HostMeasurer;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Freshness;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.Facts;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A host of a few values, which a test changes.
public final class TestHost implements HostMeasurer {
    public final Map<String, String> values = new ConcurrentSkipListMap<>();

    /// Paths that cannot be read.
    public final Set<String> unreadable = new ConcurrentSkipListSet<>();

    public final AtomicInteger measured = new AtomicInteger();
    private volatile BootId boot = new BootId(UUID.randomUUID().toString());
    private volatile @Nullable RuntimeException failure;
    private volatile @Nullable Error ownersFailure;
    private volatile @Nullable Throwable lookFailure;
    private volatile boolean watched;
    public final AtomicInteger failedLooks = new AtomicInteger();

    public TestHost() {
        values.put("kernel/release", "6.1.0");
        values.put("kernel/taint", "0");
        values.put("kernel/sysctl/kernel.kptr_restrict", "2");
    }

    public void reboot() {
        boot = new BootId(UUID.randomUUID().toString());
    }

    public void failOnceWith(RuntimeException e) {
        failure = e;
    }

    /// It is watched from now on, and each look at what has changed ends so.
    public void failLooksWith(Throwable e) {
        lookFailure = e;
        watched = true;
    }

    public void failOwnersWith(Error e) {
        ownersFailure = e;
    }

    @Override
    public boolean isWatched() {
        return watched;
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        Throwable fails = lookFailure;
        failedLooks.incrementAndGet();
        switch (fails) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> Thread.sleep(atMost);
        }
        return false;
    }

    @Override
    public BootId boot() {
        return boot;
    }

    @Override
    public Evidence.Source source() {
        return new Evidence.Source("/", "/", "test", true);
    }

    public MeasurementSet set() {
        List<Entry> entries = new ArrayList<>();
        values.forEach((path, value) -> entries.add(entry(path, Leaf.ofValue(Bytes.utf8(value)))));
        unreadable.forEach(
                path -> entries.add(entry(path, Leaf.ofReason(Kind.UNREADABLE, "permission"))));
        return MeasurementSet.of(entries);
    }

    public static MeasurementSet set(Map<String, String> values) {
        return MeasurementSet.of(
                values.entrySet().stream()
                        .map(
                                value ->
                                        entry(
                                                value.getKey(),
                                                Leaf.ofValue(Bytes.utf8(value.getValue()))))
                        .toList());
    }

    private static Entry entry(String path, Leaf leaf) {
        return Entry.of(NodePath.of(path), leaf);
    }

    @Override
    public HostMeasurement measure(Baseline baseline, Facts facts) throws IOException {
        RuntimeException fails = failure;
        failure = null;
        if (fails != null) {
            throw fails;
        }
        measured.incrementAndGet();
        MeasurementSet set = set();
        return new HostMeasurement(
                set,
                set.roots(),
                Coverage.NONE,
                unreadable.size(),
                new TreeMap<>(),
                0.1,
                100,
                Freshness.FULL);
    }

    @Override
    public Map<NodePath, String> owners(List<NodePath> paths) {
        Error fails = ownersFailure;
        if (fails != null) {
            throw fails;
        }
        return Map.of();
    }
}

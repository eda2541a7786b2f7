package dev.assay.agent.measure;

import dev.assay.agent.HostTree;
import dev.assay.agent.collect.files.PortableWalk;
import dev.assay.agent.collect.files.PosixWalk;
import dev.assay.agent.collect.files.Walk;
import dev.assay.agent.tree.FileTree;
import dev.assay.measurement.Entry;
import dev.assay.scope.Facts;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// A walk on some threads, and what it makes of a tree.
record BothWalks(Walk walk, int threads) {
    /// So far ahead that every time is old enough to be believed: else all is read again each time,
    /// and nothing can be stale.
    static final InstantSource LATER =
            InstantSource.offset(InstantSource.system(), Duration.ofHours(1));

    static Stream<Arguments> each() {
        return Stream.of(new PosixWalk(), new PortableWalk())
                .flatMap(walk -> Stream.of(1, 4).map(threads -> new BothWalks(walk, threads)))
                .map(Arguments::of);
    }

    static BothWalks systemCalls() {
        return new BothWalks(new PosixWalk(), 2);
    }

    static BothWalks portable() {
        return new BothWalks(new PortableWalk(), 2);
    }

    boolean isPortable() {
        return walk instanceof PortableWalk;
    }

    Measurement measure(HostTree host, Pass pass, Progress progress, String... rules)
            throws IOException {
        CompiledScope scope = CompiledScope.of(Measured.scope(rules));
        return Measurer.of(scope, List.of(), Facts.NONE, KernelSource.NONE)
                .with(walk, threads, LATER)
                .measure(host.root(), pass, progress);
    }

    Measurement measure(HostTree host, String... rules) throws IOException {
        return measure(host, new Pass.Full(), Progress.NONE, rules);
    }

    /// The leaves by their paths, in tree order of the text.
    static SortedMap<String, String> entries(Measurement measurement) {
        SortedMap<String, String> entries = new TreeMap<>();
        for (Entry entry : measurement.set()) {
            entries.put(entry.path().toString(), entry.leaf().toString());
        }
        return entries;
    }

    static FileTree tree(Measurement measurement) {
        FileTree tree = measurement.tree();
        if (tree == null) {
            throw new AssertionError("no tree");
        }
        return tree;
    }

    @Override
    public String toString() {
        return walk.getClass().getSimpleName() + " on " + threads;
    }
}

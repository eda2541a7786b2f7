package dev.assay.bench.jmh;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One file's leaf, as an image has a hundred thousand of.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LeafBenchmark {
    private final Map<String, Bytes> attributes =
            Map.of(
                    Leaf.MODE,
                    Bytes.utf8("0755"),
                    Leaf.UID,
                    Bytes.utf8("0"),
                    Leaf.GID,
                    Bytes.utf8("0"),
                    Leaf.SIZE,
                    Bytes.utf8("151344"),
                    Leaf.CONTENT,
                    Bytes.copyOf(new byte[32]));
    private final Leaf leaf = Leaf.of(Kind.FILE, attributes);
    private final NodePath path = NodePath.of("fs/usr/lib/x86_64-linux-gnu/libexample.so.1.2.3");

    /// From attributes to a checked leaf.
    @Benchmark
    public Leaf of() {
        return Leaf.of(Kind.FILE, attributes);
    }

    @Benchmark
    public Bytes encode() {
        return leaf.encode();
    }

    @Benchmark
    public Entry entry() {
        return Entry.of(path, leaf);
    }
}

package dev.assay.bench.jmh;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.tree.TreeFold;
import java.util.ArrayList;
import java.util.List;
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

/// The digest of a tree of 100,000 measured files.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TreeBenchmark {
    private static final int ENTRIES = 100_000;
    private static final int PER_FOLDER = 50;

    private final List<Entry> entries = entries();

    private static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < ENTRIES; i++) {
            Leaf leaf =
                    Leaf.of(
                            Kind.FILE,
                            Map.of(
                                    Leaf.MODE,
                                    Bytes.utf8("0644"),
                                    Leaf.SIZE,
                                    Bytes.utf8(Integer.toString(i)),
                                    Leaf.CONTENT,
                                    Digest.ofContent(Bytes.utf8("content " + i)).bytes()));
            String path = "fs/usr/share/part-%04d/file-%06d".formatted(i / PER_FOLDER, i);
            entries.add(Entry.of(NodePath.of(path), leaf));
        }
        return List.copyOf(entries);
    }

    @Benchmark
    public Digest fold() {
        TreeFold fold = new TreeFold();
        for (Entry entry : entries) {
            fold.add(entry.path(), entry.encoded());
        }
        return fold.finish();
    }
}

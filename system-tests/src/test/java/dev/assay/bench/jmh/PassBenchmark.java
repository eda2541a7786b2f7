package dev.assay.bench.jmh;

import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.KernelSource;
import dev.assay.agent.measure.Measurer;
import dev.assay.agent.measure.Pass;
import dev.assay.agent.measure.Progress;
import dev.assay.agent.tree.FileTree;
import dev.assay.bytes.MalformedInputException;
import dev.assay.scope.Facts;
import dev.assay.scope.ShippedScopes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Passes over a folder of this machine in a process that has done them before, as the daemon has.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class PassBenchmark {
    @Param("/usr")
    private String root = "";

    private Path folder = Path.of("");
    private Measurer measurer = measurer();
    private Pass unchanged = new Pass.Full();

    private static Measurer measurer() {
        try {
            CompiledScope scope = CompiledScope.of(ShippedScopes.load("tree"));
            return Measurer.of(scope, List.of(), Facts.NONE, KernelSource.NONE);
        } catch (IOException | MalformedInputException e) {
            throw new IllegalStateException(e);
        }
    }

    @Setup
    public void measure() throws IOException {
        folder = Path.of(root);
        unchanged = new Pass.Incremental(full());
    }

    @Benchmark
    public FileTree full() throws IOException {
        return tree(new Pass.Full());
    }

    @Benchmark
    public FileTree unchanged() throws IOException {
        return tree(unchanged);
    }

    private FileTree tree(Pass pass) throws IOException {
        return Objects.requireNonNull(measurer.measure(folder, pass, Progress.NONE).tree());
    }
}

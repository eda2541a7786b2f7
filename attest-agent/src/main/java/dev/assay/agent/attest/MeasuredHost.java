package dev.assay.agent.attest;

import dev.assay.agent.collect.kernel.KernelCollector;
import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.Measurement;
import dev.assay.agent.measure.Measurer;
import dev.assay.agent.measure.Progress;
import dev.assay.baseline.Baseline;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.scope.Facts;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// A host whose files are below a root and whose kernel shows itself below a folder with `proc` and
/// `sys`: this one, one that is mounted here, or a captured one.
public final class MeasuredHost implements HostMeasurer {
    private static final Path LIVE = Path.of("/");

    private final Path root;
    private final Path kernelFrom;
    private final KernelCollector kernel;
    private final Function<Collection<NodePath>, Map<NodePath, String>> owners;

    /// @param owners of paths below `fs`, from the host's own package database
    public MeasuredHost(
            Path root,
            Path kernelFrom,
            Function<Collection<NodePath>, Map<NodePath, String>> owners) {
        this.root = root.toAbsolutePath().normalize();
        this.kernelFrom = kernelFrom.toAbsolutePath().normalize();
        this.kernel = KernelCollector.of(this.kernelFrom, this.root);
        this.owners = owners;
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
            return root.equals(LIVE) || Files.isSameFile(root, kernelFrom.resolve("proc/1/root"));
        } catch (IOException notPermitted) {
            return false;
        }
    }

    @Override
    public HostMeasurement measure(Baseline baseline, Facts facts) throws IOException {
        Measurement measurement =
                Measurer.of(
                                compile(baseline),
                                baseline.anchors(),
                                facts,
                                () -> kernel.collect().entries())
                        .measure(root, Progress.NONE);
        SortedMap<String, Bytes> values = new TreeMap<>();
        measurement.factValues().forEach((path, value) -> values.put(path.toString(), value));
        return new HostMeasurement(
                measurement.set(),
                measurement.set().roots(),
                measurement.coverage(),
                values,
                measurement.seconds(),
                measurement.bytesRead());
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
        return owners.apply(
                paths.stream().filter(path -> path.startsWith(CompiledScope.FILES)).toList());
    }
}

package dev.assay.agent.attest;

import static java.util.Objects.requireNonNull;

import dev.assay.agent.collect.kernel.KernelCollector;
import dev.assay.agent.collect.packages.PackageOwners;
import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.Measurement;
import dev.assay.agent.measure.Measurer;
import dev.assay.agent.measure.Progress;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Freshness;
import dev.assay.scope.Facts;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.Rule;
import dev.assay.scope.Scope;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A host whose files are below a root and whose kernel shows itself below a folder with `proc` and
/// `sys`: this one, one that is mounted here, or a captured one.
public final class MeasuredHost implements HostMeasurer {
    private static final Path LIVE = Path.of("/");
    private static final Bytes SLASH = Bytes.utf8("/");

    private final Path root;
    private final Path kernelFrom;
    private final KernelCollector kernel;
    private final PackageOwners packages;

    public MeasuredHost(Path root, Path kernelFrom) {
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
                unforeseen(measurement.coverage(), baseline.scope()),
                values,
                measurement.seconds(),
                measurement.bytesRead(),
                Freshness.FULL);
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

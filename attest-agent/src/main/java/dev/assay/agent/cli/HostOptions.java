package dev.assay.agent.cli;

import dev.assay.agent.attest.MeasuredHost;
import dev.assay.agent.collect.kernel.KernelCollector;
import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.HostMemory;
import dev.assay.agent.measure.IndexKey;
import dev.assay.agent.measure.Measurement;
import dev.assay.agent.measure.Measurer;
import dev.assay.agent.measure.Progress;
import dev.assay.baseline.Anchor;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Facts;
import dev.assay.scope.Scope;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// Which host is measured: its root, its kernel's files, what is known of it.
final class HostOptions {
    private static final Path LIVE = Path.of("/");

    private static final NodePath HOST_NAME = NodePath.of("kernel/sysctl/kernel.hostname");

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "the host's root directory (default: /)")
    private Path root = LIVE;

    @Option(
            names = "--kernel-from",
            paramLabel = "DIR",
            description = "where the host's proc and sys are (default: / for the root /)")
    private @Nullable Path kernelFrom;

    @Option(
            names = "--facts",
            paramLabel = "NAME=VALUE",
            description = {
                "a fact of the enrolment that expectations refer to",
                "(default: host.name=the host's own)"
            })
    private Map<String, String> facts = new TreeMap<>();

    Path root() {
        return root.toAbsolutePath().normalize();
    }

    /// Whether anything of it is not the live host; its root that is mounted into a pod is.
    boolean isSimulated() {
        return measured().source().simulated();
    }

    /// The folder of the kernel's files, or `none` where the scope asks for nothing of the kernel.
    String kernelName(CompiledScope scope) {
        if (!scope.measuresKernel()) {
            return "none";
        }
        return kernel().toString();
    }

    /// Whether this machine is the host.
    boolean isLive() {
        return root().equals(LIVE) && kernel().equals(LIVE);
    }

    Path kernel() {
        return kernelFrom == null ? root() : kernelPath(kernelFrom);
    }

    MeasuredHost measured() {
        return new MeasuredHost(root(), kernel());
    }

    private static Path kernelPath(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /// @throws ParameterException where the scope cannot be measured of this host
    CompiledScope compile(Scope scope, CommandLine command) {
        CompiledScope compiled;
        try {
            compiled = CompiledScope.of(scope);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    command, "scope " + scope.name() + ": " + e.getMessage(), e);
        }
        if (compiled.measuresKernel() && kernelFrom == null && !root().equals(LIVE)) {
            throw new ParameterException(
                    command,
                    "scope "
                            + scope.name()
                            + " measures the kernel too: say with --kernel-from which folder has"
                            + " this host's proc and sys");
        }
        return compiled;
    }

    /// All of the host.
    ///
    /// @throws IOException where the root cannot be opened
    Measurement measure(CompiledScope scope, List<Anchor> anchors, Progress progress)
            throws IOException {
        return measure(scope, anchors, null, progress);
    }

    /// @param index a tree to begin from, written anew; null to read everything
    Measurement measure(
            CompiledScope scope, List<Anchor> anchors, @Nullable Path index, Progress progress)
            throws IOException {
        List<Entry> values =
                scope.measuresKernel()
                        ? KernelCollector.of(kernel(), root()).collect().entries()
                        : List.of();
        Measurer measurer = Measurer.of(scope, anchors, facts(values), () -> values);
        if (index == null) {
            return measurer.measure(root(), progress);
        }
        // Whichever host is measured, times are told by the kernel that runs here.
        String boot =
                KernelCollector.of(LIVE, LIVE)
                        .bootId()
                        .orElseThrow(() -> new IOException("the kernel tells no boot id"));
        return HostMemory.of(root(), index, HostMemory.Start.WITH_INDEX)
                .measure(IndexKey.of(boot, scope, anchors, root()), measurer)
                .measurement();
    }

    /// Away from a verifier there is no enrolment: a host goes by the name that it has.
    private Facts facts(List<Entry> kernel) {
        Map<String, String> known = new TreeMap<>(facts);
        kernel.stream()
                .filter(entry -> entry.path().equals(HOST_NAME))
                .flatMap(entry -> entry.leaf().attribute(Leaf.VALUE).stream())
                .forEach(name -> known.putIfAbsent(Facts.HOST_NAME, name.lossyText()));
        return Facts.of(known);
    }
}

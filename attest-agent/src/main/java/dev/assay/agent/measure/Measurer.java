package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileWalk;
import dev.assay.baseline.Anchor;
import dev.assay.scope.Facts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Measures a host: its files under a root, and its kernel's values, as a scope says.
public final class Measurer {
    private final CompiledScope scope;
    private final List<Anchor> anchors;
    private final Facts facts;
    private final KernelSource kernel;
    private final int threads;

    private Measurer(
            CompiledScope scope,
            List<Anchor> anchors,
            Facts facts,
            KernelSource kernel,
            int threads) {
        this.scope = scope;
        this.anchors = List.copyOf(anchors);
        this.facts = facts;
        this.kernel = kernel;
        this.threads = threads;
    }

    /// @param anchors of append-only files, from the baseline; none when one is captured
    /// @param facts of the enrolment, which expectations refer to
    /// @param kernel not asked where the scope measures files alone
    public static Measurer of(
            CompiledScope scope, List<Anchor> anchors, Facts facts, KernelSource kernel) {
        int threads = Runtime.getRuntime().availableProcessors();
        return new Measurer(scope, anchors, facts, kernel, threads);
    }

    /// @param root the host's root directory as it is seen from here
    /// @throws IOException where the root cannot be opened or the kernel source cannot be read at
    ///   all; whatever is wrong below becomes a leaf
    public Measurement measure(Path root, Progress progress) throws IOException {
        long start = System.nanoTime();
        Findings findings = new Findings(progress);
        KernelProjection.Outcome values = KernelProjection.Outcome.NONE;
        if (scope.measuresKernel()) {
            values = new KernelProjection(scope, facts, findings).project(kernel.collect());
        }
        if (scope.files().mustEnter()) {
            try (Hashing hashing = new Hashing(findings, threads)) {
                FileProjection files = new FileProjection(findings, hashing, anchors);
                FileWalk.walk(
                        root,
                        CompiledScope.FILES,
                        new TreeProjection(scope.files(), findings, files));
                hashing.await();
            }
        }
        return findings.finish(start, values);
    }
}

package dev.assay.agent.attest;

import dev.assay.baseline.Baseline;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Observed;
import dev.assay.scope.Facts;
import dev.assay.scope.Scope;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The host, as far as attesting needs it: behind a port, so that the loop is tested without
/// reading a whole machine.
public interface HostMeasurer extends AutoCloseable {
    /// The boot that is running now. Asked for at each round.
    ///
    /// @throws IOException where the kernel does not tell
    BootId boot() throws IOException;

    /// Where {@link #boot} and {@link #measure} look, and whether that is the live host.
    Evidence.Source source();

    /// Measures what the baseline's scope says, with its anchors.
    ///
    /// @throws IOException where measuring as a whole failed; a file that cannot be read is an
    ///   entry
    HostMeasurement measure(Baseline baseline, Facts facts) throws IOException;

    /// Watches from now on what the scopes measure; nothing where this cannot be watched.
    default void watch(List<Scope> scopes) {}

    /// Whether {@link #awaitChange} tells of changes.
    default boolean isWatched() {
        return false;
    }

    /// Waits until what was measured last is not what is there any more, or was written and is as
    /// it was, or may have changed anywhere.
    ///
    /// @return false where the time was over before
    default boolean awaitChange(Duration atMost) throws InterruptedException {
        throw new IllegalStateException("is not watched");
    }

    /// What was seen beside what was measured, and was not told yet; null where nothing is watched.
    default @Nullable Observed observed() {
        return null;
    }

    /// The verifier has it now.
    default void told(Observed observed) {}

    @Override
    default void close() {}

    /// Package and version that the host's own database names, for those paths where it does.
    Map<NodePath, String> owners(List<NodePath> paths);
}

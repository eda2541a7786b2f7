package dev.assay.agent.attest;

import dev.assay.baseline.Baseline;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.scope.Facts;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The host, as far as attesting needs it: behind a port, so that the loop is tested without
/// reading a whole machine.
public interface HostMeasurer {
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

    /// Package and version that the host's own database names, for those paths where it does.
    Map<NodePath, String> owners(List<NodePath> paths);
}

package dev.assay.verifier.site;

import dev.assay.verifier.executor.GuardedFile;
import dev.assay.verifier.reset.Rungs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// The site file: strict JSON, `{"executors": {NAME: {"kind": …}}, "blockers": {NAME: {"kind":
/// …}}}`. Nobody but its owner may write it, who is root or the verifier's user: whoever writes it
/// runs commands as the verifier.
public final class Site {
    static final int MAX_BYTES = 256 << 10;

    private Site() {}

    /// Reads the file, and looks at every other file that it names.
    ///
    /// @throws SiteRefusedException with every problem
    public static Rungs read(Path file, KubernetesExecutors kubernetes, InstantSource clock)
            throws SiteRefusedException {
        SiteReader reader = new SiteReader(kubernetes, clock);
        Rungs rungs;
        try {
            rungs = reader.read(GuardedFile.readSettings(file, MAX_BYTES));
        } catch (IOException e) {
            throw new SiteRefusedException(
                    file, List.of(e.getMessage() == null ? "cannot be read" : e.getMessage()));
        }
        if (!reader.problems().isEmpty()) {
            throw new SiteRefusedException(file, reader.problems());
        }
        return rungs;
    }
}

package dev.assay.agent.exhibit;

import dev.assay.baseline.Drift;
import java.util.List;

/// What had drifted at the last look.
///
/// @param listed the first of them by path
/// @param total how many there were
public record Drifted(List<Drift> listed, long total) {
    public static final Drifted NOTHING_KNOWN = new Drifted(List.of(), 0);

    public Drifted {
        listed = List.copyOf(listed);
    }
}

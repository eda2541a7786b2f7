package dev.assay.agent.watch;

import java.util.List;

/// What may have changed since the last look.
///
/// @param changed each path once
/// @param lost events were lost, or a part is not watched: look at everything
public record Hints(List<Hint> changed, boolean lost) {
    public static final Hints NONE = new Hints(List.of(), false);
    public static final Hints LOST = new Hints(List.of(), true);

    public Hints {
        changed = List.copyOf(changed);
    }

    public boolean isEmpty() {
        return changed.isEmpty() && !lost;
    }
}

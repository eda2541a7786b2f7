package dev.assay.baseline;

import dev.assay.tree.NodePath;
import org.jspecify.annotations.Nullable;

/// Tells, of drifts in path order, which say only that the agent could not look. What is missing
/// below a directory that could not be read was not seen to be removed: to call it so would be a
/// false alarm for each file in it.
public final class UndeterminedRegions {
    private @Nullable NodePath region;

    /// Whether it is undetermined, by itself or by what it lies below.
    ///
    /// @param next after the one before it, by path
    public boolean covers(Drift next) {
        if (next.isUndetermined()) {
            region = next.path();
            return true;
        }
        return isBelow(next);
    }

    /// Whether it is missing below a directory that stands for it.
    public boolean isBelow(Drift drift) {
        return region != null
                && drift.change() == Drift.Change.REMOVED
                && drift.path().startsWith(region);
    }
}

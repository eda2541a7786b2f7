package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.assay.evidence.BootId;
import dev.assay.tree.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Holds a boot to what was seen in it: no clean evidence of the same boot takes it back. An
/// intruder who restores the files before the reset is still an intruder who was there.
///
/// @param goldenAt when the host was last seen golden before; null where it never was in this boot
/// @param drift the last; null where the cause is none
/// @param shown every incident of this boot, where a baseline that amends them all would say that
///   there was nothing else; null where something else was held against the boot, or more than is
///   remembered: that is never pardoned
public record Latch(
        BootId boot,
        Cause cause,
        Instant since,
        @Nullable Instant goldenAt,
        String because,
        @Nullable DriftSummary drift,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Digest> shown) {
    public static final int MAX_SHOWN = 16;

    public Latch {
        shown = shown == null ? null : List.copyOf(shown);
    }

    /// One that no baseline pardons.
    public Latch(
            BootId boot,
            Cause cause,
            Instant since,
            @Nullable Instant goldenAt,
            String because,
            @Nullable DriftSummary drift) {
        this(boot, cause, since, goldenAt, because, drift, null);
    }

    Latch unpardonable() {
        return new Latch(boot, cause, since, goldenAt, because, drift, null);
    }

    /// What of a boot that showed `before` is known once it shows another drift.
    ///
    /// @param before null where nothing was held against the boot
    /// @param pardonable whether the drift says all that differs
    static @Nullable List<Digest> shown(
            @Nullable Latch before, Digest incident, boolean pardonable) {
        List<Digest> known = before == null ? List.of() : before.shown();
        if (known == null || !pardonable) {
            return null;
        }
        if (known.contains(incident)) {
            return known;
        }
        if (known.size() == MAX_SHOWN) {
            return null;
        }
        List<Digest> all = new ArrayList<>(known);
        all.add(incident);
        return all;
    }

    /// Whether all that is held against the boot was a false alarm. A drift that happened besides
    /// an amended one is an incident of its own, and is not among them.
    boolean isPardonedBy(Collection<Digest> amends) {
        return cause == Cause.DRIFT
                && shown != null
                && !shown.isEmpty()
                && amends.containsAll(shown);
    }
}

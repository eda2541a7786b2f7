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
/// @param unexplained incidents of roots that came without a list; each is over once a list gives
///   that very root. An agent sends the root alone before it has the manifest to compare with
public record Latch(
        BootId boot,
        Cause cause,
        Instant since,
        @Nullable Instant goldenAt,
        String because,
        @Nullable DriftSummary drift,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Digest> shown,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Digest> unexplained) {
    public static final int MAX_SHOWN = 16;

    public Latch {
        shown = shown == null ? null : List.copyOf(shown);
        unexplained = unexplained == null ? List.of() : List.copyOf(unexplained);
    }

    /// One that no baseline pardons.
    public Latch(
            BootId boot,
            Cause cause,
            Instant since,
            @Nullable Instant goldenAt,
            String because,
            @Nullable DriftSummary drift) {
        this(boot, cause, since, goldenAt, because, drift, null, List.of());
    }

    Latch unpardonable() {
        return new Latch(boot, cause, since, goldenAt, because, drift, null, List.of());
    }

    /// Never null, whatever the JSON left out.
    @Override
    public List<Digest> unexplained() {
        return unexplained == null ? List.of() : unexplained;
    }

    /// With all that `before` showed; null where nothing was held against the boot.
    Latch after(@Nullable Latch before) {
        return before == null
                ? with(List.of(), List.of())
                : with(before.shown(), before.unexplained());
    }

    private Latch with(@Nullable List<Digest> newShown, List<Digest> newUnexplained) {
        boolean tooMany =
                newShown == null
                        || newShown.size() > MAX_SHOWN
                        || newUnexplained.size() > MAX_SHOWN;
        return new Latch(
                boot,
                cause,
                since,
                goldenAt,
                because,
                drift,
                tooMany ? null : newShown,
                tooMany ? List.of() : newUnexplained);
    }

    /// The boot showed this, and the list says all of it.
    ///
    /// @param root what the same root is called without a list
    Latch showing(Digest incident, @Nullable Digest root) {
        List<Digest> open = new ArrayList<>(unexplained());
        open.remove(root);
        return shown == null ? this : with(plus(shown, incident), open);
    }

    /// The boot showed a root, and no list yet.
    Latch owing(Digest incident) {
        return with(shown, plus(unexplained(), incident));
    }

    private static List<Digest> plus(List<Digest> all, Digest one) {
        if (all.contains(one)) {
            return all;
        }
        List<Digest> more = new ArrayList<>(all);
        more.add(one);
        return more;
    }

    /// Whether all that is held against the boot was a false alarm. A drift that happened besides
    /// an amended one is an incident of its own, and is not among them.
    boolean isPardonedBy(Collection<Digest> amends) {
        return cause == Cause.DRIFT
                && shown != null
                && !shown.isEmpty()
                && unexplained().isEmpty()
                && amends.containsAll(shown);
    }
}

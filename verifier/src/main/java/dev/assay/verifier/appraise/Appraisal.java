package dev.assay.verifier.appraise;

import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import dev.assay.tree.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an evidence comes to.
public sealed interface Appraisal {
    /// The root is that of an active baseline, in its window, of a serial that the host may have.
    ///
    /// @param serial proved by it
    record Golden(long serial) implements Appraisal {}

    /// The host differs, or says what cannot be.
    ///
    /// @param drifts every one, sorted by path
    /// @param subtrees in their place where there were too many to list
    /// @param total paths, listed or not
    /// @param accusation what is wrong beyond the listed drifts: that the list does not explain the
    ///   root, or that the host went back to an older baseline; null where there is nothing
    /// @param explained whether the list gives the attested root
    /// @param incident equal for equal drift on any host
    /// @param survivesReset whether some of it would be there after a reboot
    record Drifted(
            List<Drift> drifts,
            List<DriftReport.Subtree> subtrees,
            long total,
            @Nullable String accusation,
            boolean explained,
            Digest incident,
            boolean survivesReset)
            implements Appraisal {
        public Drifted {
            drifts = List.copyOf(drifts);
            subtrees = List.copyOf(subtrees);
        }
    }

    /// Nothing that was looked at differs, and not enough was looked at: some of it could not be,
    /// or was so long ago that it says little of now.
    ///
    /// @param why one line for people
    /// @param drifts what could not be measured; none where all of it is old
    record Undetermined(
            String why, List<Drift> drifts, List<DriftReport.Subtree> subtrees, long total)
            implements Appraisal {
        public static Undetermined paths(
                List<Drift> drifts, List<DriftReport.Subtree> subtrees, long total) {
            return new Undetermined(
                    total + " paths could not be measured", drifts, subtrees, total);
        }

        /// @param ageSeconds of the oldest digest that is relied on
        public static Undetermined old(long ageSeconds) {
            return new Undetermined(
                    "relies on digests " + age(ageSeconds) + " old", List.of(), List.of(), 0);
        }

        private static String age(long seconds) {
            if (seconds >= 3600) {
                return seconds / 3600 + " h";
            }
            return seconds >= 60 ? seconds / 60 + " min" : seconds + " s";
        }

        public Undetermined {
            drifts = List.copyOf(drifts);
            subtrees = List.copyOf(subtrees);
        }
    }

    /// Not measured by what is golden today: never drift.
    ///
    /// @param measurableSince from when there is a baseline that this host could be measured by and
    ///   by its own word is not: one that says so for ever would never be looked at. Null where the
    ///   host is not to blame, and then it is never reset: its agent is of another measurement
    ///   version, or what it was measured by was golden once.
    record Outdated(String why, @Nullable Instant measurableSince) implements Appraisal {
        public static Outdated blameless(String why) {
            return new Outdated(why, null);
        }
    }

    /// The verifier could not appraise; the host is not to blame.
    record VerifierFault(String why) implements Appraisal {}
}

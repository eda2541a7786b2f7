package dev.assay.verifier.incident;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.assay.evidence.BootId;
import dev.assay.tree.Digest;
import dev.assay.verifier.fleet.BaselineName;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.StoredDrift;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where incidents are kept after the hosts that showed them were reset.
public interface IncidentStore {
    /// @param firstAt and `lastAt`: when a host began to show it
    record Kept(Digest id, Instant firstAt, Instant lastAt, Summary summary, List<Showing> shown) {
        public Kept {
            shown = List.copyOf(shown);
        }
    }

    /// What of it does not change.
    ///
    /// @param total paths, listed or not
    /// @param whole whether all of them are known one by one
    /// @param accusation what was wrong beyond the list; null where nothing was
    /// @param baseline that the first host which showed it was measured by; null where there is
    ///   none
    /// @param paths the first few
    record Summary(
            long total,
            boolean survivesReset,
            boolean whole,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String accusation,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable BaselineName baseline,
            List<String> paths,
            DriftFacts facts) {
        public Summary {
            paths = List.copyOf(paths);
        }

        public static Summary of(DriftSummary drift, StoredDrift stored) {
            return new Summary(
                    drift.total(),
                    drift.survivesReset(),
                    stored.subtrees().isEmpty() && drift.unexplained() == null,
                    drift.unexplained(),
                    stored.baseline(),
                    drift.paths(),
                    DriftFacts.of(stored));
        }
    }

    /// That a host showed it.
    ///
    /// @param lastAt when it began to show it last
    /// @param boots in how many boots
    /// @param lastBoot the last of them
    /// @param firstMeasurement whether it was there at the first measurement of the first of them
    /// @param afterReset whether some of them was the first after a reset
    record Showing(
            String host,
            String group,
            Instant firstAt,
            Instant lastAt,
            int boots,
            BootId lastBoot,
            boolean firstMeasurement,
            boolean afterReset) {}

    /// The newest first.
    List<Kept> newest(int limit);

    Optional<Kept> find(Digest id);

    /// Their ids, at most `limit`.
    ///
    /// @param prefix hex
    List<Digest> startingWith(String prefix, int limit);

    /// In full, as the first host showed it.
    Optional<StoredDrift> drift(Digest id);

    /// Removes those that began last before `before`, and the oldest where there are more than
    /// `most`.
    void prune(Instant before, int most);
}

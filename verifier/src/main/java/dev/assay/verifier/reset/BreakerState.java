package dev.assay.verifier.reset;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.evidence.BootId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A breaker that has tripped: what of, and how far it is with finding out why.
///
/// @param key the incident or the path that the accused share; empty where they share none
/// @param accused of how many `members` of the group, when it tripped
/// @param canary who is reset to find out; null while nobody is
/// @param spent canaries that gave no answer
/// @param finding null until a canary has shown one
/// @param resumedBy the operator who let the resets go on
public record BreakerState(
        Kind kind,
        String key,
        int accused,
        int members,
        Instant trippedAt,
        @Nullable Canary canary,
        List<String> spent,
        @Nullable Finding finding,
        @Nullable Instant decidedAt,
        @Nullable String resumedBy) {
    public BreakerState {
        spent = List.copyOf(spent);
    }

    /// One that trips now.
    static BreakerState of(Kind kind, String key, int accused, int members, Instant now) {
        return new BreakerState(
                kind, key, accused, members, now, null, List.of(), null, null, null);
    }

    /// What the accused have in common.
    public enum Kind {
        DRIFT,
        PATH,
        /// Only that they are so many, and were within the hour.
        NUMBER;

        private final String wire = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String wire() {
            return wire;
        }
    }

    /// What the canary showed.
    public enum Finding {
        /// It came back golden: hosts were changed, and resets heal them. They go on within budget.
        ATTACK,
        /// It drifted again at the first measurement of its new boot, and had never been golden in
        /// the old one: the baseline is wrong. Nobody is reset.
        BAD_BASELINE,
        /// It drifted again, and had been golden before: a reset does not remove what changes it.
        PERSISTENT,
        /// No canary came back: resets break hosts.
        LOST;

        private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

        @JsonValue
        public String wire() {
            return wire;
        }
    }

    /// @param boot that it had when it was chosen
    /// @param wasGolden whether it had been golden in that boot
    public record Canary(String host, @Nullable BootId boot, Instant chosenAt, boolean wasGolden) {}

    BreakerState withCanary(Canary chosen) {
        return new BreakerState(
                kind, key, accused, members, trippedAt, chosen, spent, null, null, resumedBy);
    }

    /// Nobody is the canary; whoever was may be it again.
    BreakerState withoutCanary() {
        return new BreakerState(
                kind, key, accused, members, trippedAt, null, spent, null, null, resumedBy);
    }

    /// The canary gave no answer.
    BreakerState withoutAnswer() {
        List<String> all = new ArrayList<>(spent);
        if (canary != null) {
            all.add(canary.host());
        }
        return new BreakerState(
                kind, key, accused, members, trippedAt, null, all, null, null, resumedBy);
    }

    BreakerState decided(Finding found, Instant now) {
        return new BreakerState(
                kind, key, accused, members, trippedAt, canary, spent, found, now, resumedBy);
    }

    BreakerState resumed(String by) {
        return new BreakerState(
                kind, key, accused, members, trippedAt, canary, spent, finding, decidedAt, by);
    }

    /// Whether resets go on.
    boolean passes() {
        return resumedBy != null || finding == Finding.ATTACK;
    }

    /// One line for people.
    public String says() {
        String what =
                switch (kind) {
                    case DRIFT -> "the same drift";
                    case PATH -> "a drift at " + key;
                    case NUMBER -> "some drift";
                };
        String on = accused + " of " + members + " hosts show " + what;
        if (resumedBy != null) {
            return on + "; resets go on by " + resumedBy;
        }
        if (finding == null) {
            return on
                    + "; resets are halted"
                    + (canary == null ? "" : ", canary " + canary.host() + " is reset first");
        }
        return on
                + "; "
                + switch (finding) {
                    case ATTACK -> "the canary came back golden: resets go on within budget";
                    case BAD_BASELINE ->
                            "the canary drifted again on a fresh boot: the baseline is wrong, resets"
                                    + " are halted";
                    case PERSISTENT ->
                            "the canary, golden before, drifted again on a fresh boot: a reset does"
                                    + " not remove it, resets are halted";
                    case LOST -> "no canary came back: resets are halted";
                };
    }
}

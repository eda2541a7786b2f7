package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.evidence.BootId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One reset of a host, from the moment that policy would have it to its end.
///
/// @param boot that has to go; null where the host never showed one
/// @param goldenAt when the host was last seen golden before it was accused; null where it never
///   was in that boot
/// @param accusedAt when it was accused, and with that no longer admitted
/// @param note why it waits, or what became of it
/// @param announcedAt and `drainBy`: from when to when work is moved away
/// @param drainedAt when an orchestrator said that the work is away
/// @param attempts the rungs that were asked, in order
/// @param approvedBy the token of who approved it
public record Reset(
        String id,
        String host,
        String group,
        @Nullable BootId boot,
        Cause cause,
        Remedy remedy,
        String reason,
        @Nullable Instant goldenAt,
        Instant accusedAt,
        Status status,
        String note,
        Instant openedAt,
        @Nullable Instant announcedAt,
        @Nullable Instant drainBy,
        @Nullable Instant drainedAt,
        List<Attempt> attempts,
        @Nullable Instant finishedAt,
        @Nullable String approvedBy) {
    public static final int MAX_OUTPUT_CHARS = 4096;

    /// The rung of the host's own agent.
    public static final String AGENT = "agent";

    /// After the last rung: a person.
    public static final String OPERATOR = "operator";

    public Reset {
        attempts = List.copyOf(attempts);
    }

    /// What brings the host back.
    public enum Remedy {
        RESET,
        /// Some of the drift survives a reboot.
        REPLACEMENT;

        private final String wire = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String wire() {
            return wire;
        }
    }

    /// How far it is.
    public enum Status {
        /// Not announced: observed only, held, waiting for approval or for a slot; `note` says.
        WAITING,
        /// Announced: drain by `drainBy`.
        PENDING,
        ORDERED,
        SUCCEEDED,
        FAILED,
        /// What called for it is gone, before it was ordered.
        WITHDRAWN;

        private final String wire = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String wire() {
            return wire;
        }

        public boolean isOpen() {
            return this == WAITING || this == PENDING || this == ORDERED;
        }
    }

    @JsonIgnore
    public boolean isOpen() {
        return status.isOpen();
    }

    /// Who was asked last; null before the order.
    public @Nullable Attempt lastAttempt() {
        return attempts.isEmpty() ? null : attempts.getLast();
    }

    public @Nullable Instant orderedAt() {
        return attempts.isEmpty() ? null : attempts.getFirst().at();
    }

    /// Whether that rung was asked last, or is asked now.
    public boolean isOn(String rung) {
        Attempt last = lastAttempt();
        return last != null && last.rung().equals(rung);
    }

    public boolean hasTried(String rung) {
        return attempts.stream().anyMatch(attempt -> attempt.rung().equals(rung));
    }

    /// The platform's record of a restart that belongs to this reset.
    public @Nullable Receipt receipt() {
        return attempts.stream()
                .map(Attempt::receipt)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    public Reset waiting(String why) {
        Draft draft = new Draft(this);
        draft.status = Status.WAITING;
        draft.note = why;
        draft.announcedAt = null;
        draft.drainBy = null;
        draft.drainedAt = null;
        return draft.build();
    }

    public Reset announced(Instant now, Instant until, String why) {
        Draft draft = new Draft(this);
        draft.status = Status.PENDING;
        draft.note = why;
        draft.announcedAt = now;
        draft.drainBy = until;
        return draft.build();
    }

    public Reset drained(Instant now) {
        Draft draft = new Draft(this);
        draft.drainedAt = now;
        return draft.build();
    }

    /// The next rung is asked.
    public Reset ordered(Attempt attempt) {
        Draft draft = new Draft(this);
        draft.status = Status.ORDERED;
        draft.note = attempt.because();
        draft.attempts.add(attempt);
        return draft.build();
    }

    /// With what is known of the last rung now.
    public Reset withLastAttempt(Attempt attempt) {
        Draft draft = new Draft(this);
        draft.attempts.set(draft.attempts.size() - 1, attempt);
        return draft.build();
    }

    /// Something stands in the way of the next rung.
    public Reset noted(String why) {
        Draft draft = new Draft(this);
        draft.note = why;
        return draft.build();
    }

    public Reset finished(Status end, Instant now, String why) {
        Draft draft = new Draft(this);
        draft.status = end;
        draft.note = why;
        draft.finishedAt = now;
        return draft.build();
    }

    /// The host rebooted by itself before the order, and is no better.
    public Reset forBoot(BootId newBoot) {
        Draft draft = new Draft(this);
        draft.boot = newBoot;
        return draft.build();
    }

    public Reset because(String newReason) {
        Draft draft = new Draft(this);
        draft.reason = newReason;
        return draft.build();
    }

    /// What was learnt since the order survives a reboot.
    public Reset needingReplacement(String newReason) {
        Draft draft = new Draft(this);
        draft.remedy = Remedy.REPLACEMENT;
        draft.reason = newReason;
        return draft.build();
    }

    public Reset approved(String by) {
        Draft draft = new Draft(this);
        draft.approvedBy = by;
        return draft.build();
    }

    private static final class Draft {
        private final Reset from;
        private final List<Attempt> attempts;
        private @Nullable BootId boot;
        private Remedy remedy;
        private String reason;
        private Status status;
        private String note;
        private @Nullable Instant announcedAt;
        private @Nullable Instant drainBy;
        private @Nullable Instant drainedAt;
        private @Nullable Instant finishedAt;
        private @Nullable String approvedBy;

        Draft(Reset from) {
            this.from = from;
            this.attempts = new ArrayList<>(from.attempts);
            this.boot = from.boot;
            this.remedy = from.remedy;
            this.reason = from.reason;
            this.status = from.status;
            this.note = from.note;
            this.announcedAt = from.announcedAt;
            this.drainBy = from.drainBy;
            this.drainedAt = from.drainedAt;
            this.finishedAt = from.finishedAt;
            this.approvedBy = from.approvedBy;
        }

        Reset build() {
            return new Reset(
                    from.id,
                    from.host,
                    from.group,
                    boot,
                    from.cause,
                    remedy,
                    reason,
                    from.goldenAt,
                    from.accusedAt,
                    status,
                    note,
                    from.openedAt,
                    announcedAt,
                    drainBy,
                    drainedAt,
                    attempts,
                    finishedAt,
                    approvedBy);
        }
    }
}

package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.evidence.BootId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One reset of a host, from the moment that policy would have it to its end.
///
/// @param boot that has to go; null where the host never showed one
/// @param note why it waits, or what became of it
/// @param announcedAt and `drainBy`: from when to when work is moved away
/// @param drainedAt when an orchestrator said that the work is away
/// @param deadline of the rung that it stands on
/// @param approvedBy the token of who approved it
/// @param output of the executor's command, bounded
public record Reset(
        String id,
        String host,
        String group,
        @Nullable BootId boot,
        Cause cause,
        Remedy remedy,
        String reason,
        Status status,
        Rung rung,
        String note,
        Instant openedAt,
        @Nullable Instant announcedAt,
        @Nullable Instant drainBy,
        @Nullable Instant drainedAt,
        @Nullable Instant orderedAt,
        @Nullable Instant deadline,
        @Nullable Instant finishedAt,
        @Nullable String approvedBy,
        @Nullable String output) {
    public static final int MAX_OUTPUT_CHARS = 4096;

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

    /// Who is asked.
    public enum Rung {
        AGENT,
        /// The group's command, which the host does not control.
        COMMAND,
        OPERATOR;

        private final String wire = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String wire() {
            return wire;
        }
    }

    @JsonIgnore
    public boolean isOpen() {
        return status.isOpen();
    }

    public Reset waiting(String newNote) {
        return with(Status.WAITING, rung, newNote, null, null, null, null, null);
    }

    public Reset announced(Instant now, Instant newDrainBy, String newNote) {
        return with(Status.PENDING, rung, newNote, now, newDrainBy, null, null, null);
    }

    public Reset ordered(Rung newRung, Instant now, Instant newDeadline, String newNote) {
        Instant first = orderedAt == null ? now : orderedAt;
        return with(
                Status.ORDERED, newRung, newNote, announcedAt, drainBy, first, newDeadline, null);
    }

    public Reset finished(Status end, Instant now, String newNote) {
        return with(end, rung, newNote, announcedAt, drainBy, orderedAt, deadline, now);
    }

    private Reset with(
            Status newStatus,
            Rung newRung,
            String newNote,
            @Nullable Instant newAnnouncedAt,
            @Nullable Instant newDrainBy,
            @Nullable Instant newOrderedAt,
            @Nullable Instant newDeadline,
            @Nullable Instant newFinishedAt) {
        return new Reset(
                id,
                host,
                group,
                boot,
                cause,
                remedy,
                reason,
                newStatus,
                newRung,
                newNote,
                openedAt,
                newAnnouncedAt,
                newDrainBy,
                drainedAt,
                newOrderedAt,
                newDeadline,
                newFinishedAt,
                approvedBy,
                output);
    }

    /// The host rebooted by itself before the order, and is no better.
    public Reset forBoot(BootId newBoot) {
        return new Reset(
                id,
                host,
                group,
                newBoot,
                cause,
                remedy,
                reason,
                status,
                rung,
                note,
                openedAt,
                announcedAt,
                drainBy,
                drainedAt,
                orderedAt,
                deadline,
                finishedAt,
                approvedBy,
                output);
    }

    public Reset drained(Instant now) {
        return new Reset(
                id,
                host,
                group,
                boot,
                cause,
                remedy,
                reason,
                status,
                rung,
                note,
                openedAt,
                announcedAt,
                drainBy,
                now,
                orderedAt,
                deadline,
                finishedAt,
                approvedBy,
                output);
    }

    public Reset because(String newReason) {
        return new Reset(
                id,
                host,
                group,
                boot,
                cause,
                remedy,
                newReason,
                status,
                rung,
                note,
                openedAt,
                announcedAt,
                drainBy,
                drainedAt,
                orderedAt,
                deadline,
                finishedAt,
                approvedBy,
                output);
    }

    public Reset approved(String by) {
        return new Reset(
                id,
                host,
                group,
                boot,
                cause,
                remedy,
                reason,
                status,
                rung,
                note,
                openedAt,
                announcedAt,
                drainBy,
                drainedAt,
                orderedAt,
                deadline,
                finishedAt,
                by,
                output);
    }

    public Reset withOutput(String newNote, String newOutput) {
        return new Reset(
                id,
                host,
                group,
                boot,
                cause,
                remedy,
                reason,
                status,
                rung,
                newNote,
                openedAt,
                announcedAt,
                drainBy,
                drainedAt,
                orderedAt,
                deadline,
                finishedAt,
                approvedBy,
                newOutput);
    }
}

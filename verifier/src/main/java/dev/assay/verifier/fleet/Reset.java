package dev.assay.verifier.fleet;

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

    public boolean isOpen() {
        return status.isOpen();
    }

    /// Whether it takes one of the group's slots.
    public boolean holdsSlot() {
        return status == Status.PENDING || status == Status.ORDERED;
    }
}

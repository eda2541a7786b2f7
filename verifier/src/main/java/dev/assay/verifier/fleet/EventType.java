package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What can happen.
public enum EventType {
    ENROLLED,
    /// The same TPM speaks for the host with another key.
    REKEYED,
    GOLDEN,
    DRIFTED,
    OUTDATED,
    UNKNOWN,
    NEW_BOOT,
    /// Its baseline says that all it had shown was a false alarm: no reset is needed.
    PARDONED,
    /// The host says that an immutable path was written and is as it was: unattested, never drift.
    TOUCHED,
    QUARANTINED,
    READMIT_REQUESTED,
    FORGOTTEN,
    /// The machine is gone, said an orchestrator.
    CLOSED,
    /// Silent for so long that it counts no more.
    ARCHIVED,
    /// It speaks again.
    RETURNED,
    BANNED,
    UNBANNED,
    LABELLED,
    RESET_WAITING,
    RESET_ANNOUNCED,
    RESET_DRAINED,
    RESET_ORDERED,
    RESET_ESCALATED,
    /// An executor says that it set the restart going.
    RESET_DONE,
    RESET_SUCCEEDED,
    RESET_FAILED,
    RESET_WITHDRAWN,
    /// What had drifted was handed in before a reset.
    EXHIBITS_RECEIVED,
    HELD,
    RELEASED,
    APPROVED,
    /// So many hosts are accused that the baseline or the verifier may be wrong: resets halt.
    BREAKER_TRIPPED,
    /// One host is reset to find out.
    BREAKER_CANARY,
    /// What the canary showed.
    BREAKER_DECIDED,
    BREAKER_CLOSED,
    /// An operator lets the resets go on.
    BREAKER_RESUMED,
    /// Many hosts of a group fell silent together: look at the network.
    SILENCE_TOGETHER,
    GROUP_CREATED,
    GROUP_CHANGED,
    BASELINE_PUBLISHED,
    BASELINE_RETIRED,
    /// A baseline expires within 14 days.
    BASELINE_EXPIRES,
    ROLLBACK_ALLOWED;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    @JsonValue
    public String wire() {
        return wire;
    }

    /// @throws IllegalArgumentException for another name
    @JsonCreator
    public static EventType of(String wire) {
        for (EventType type : values()) {
            if (type.wire.equals(wire)) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown type of event");
    }
}

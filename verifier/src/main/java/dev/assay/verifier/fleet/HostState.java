package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What an operator sees; golden alone is admitted.
public enum HostState {
    /// Silent for long: it counts nowhere until it speaks again.
    ARCHIVED,
    QUARANTINED,
    RESETTING,
    RESET_PENDING,
    DRIFTED,
    OUTDATED,
    UNKNOWN,
    GOLDEN;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    @JsonValue
    public String wire() {
        return wire;
    }

    /// @throws IllegalArgumentException for another name
    @JsonCreator
    public static HostState of(String wire) {
        for (HostState state : values()) {
            if (state.wire.equals(wire)) {
                return state;
            }
        }
        throw new IllegalArgumentException("unknown state");
    }

    /// Why a host's state is unknown. The three are not the same: only the first two may end in a
    /// reset.
    public enum Why {
        SILENT,
        HOST_FAULT,
        VERIFIER_FAULT;

        private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

        @JsonValue
        public String wire() {
            return wire;
        }
    }
}

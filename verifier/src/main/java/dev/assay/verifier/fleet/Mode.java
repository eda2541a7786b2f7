package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// How far a group lets the verifier go.
public enum Mode {
    /// Says what it would have reset.
    OBSERVE,
    /// Resets what a person approved.
    APPROVE,
    /// Resets by itself, within budget.
    ENFORCE;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wire() {
        return wire;
    }

    /// @throws IllegalArgumentException for another name
    @JsonCreator
    public static Mode of(String wire) {
        for (Mode mode : values()) {
            if (mode.wire.equals(wire)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("unknown mode, known are observe, approve and enforce");
    }
}

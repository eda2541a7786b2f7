package dev.assay.verifier.enrol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What a token's holder may do. An operator may what an orchestrator may, and that one what a
/// viewer may; an enrolment token enrols and does nothing else.
public enum Role {
    ENROL,
    VIEWER,
    ORCHESTRATOR,
    OPERATOR;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wire() {
        return wire;
    }

    /// @throws IllegalArgumentException for another name
    @JsonCreator
    public static Role of(String wire) {
        for (Role role : values()) {
            if (role.wire.equals(wire)) {
                return role;
            }
        }
        throw new IllegalArgumentException(
                "unknown role, known are enrol, operator, orchestrator and viewer");
    }

    /// Whether a holder of this role may do what asks for `needed`.
    public boolean includes(Role needed) {
        return this == ENROL || needed == ENROL ? this == needed : compareTo(needed) >= 0;
    }
}

package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What a proof of reset rests on, the weakest first.
public enum ProofKind {
    /// The host's word: a boot id never seen for its name.
    CLAIMED,
    /// The platform's own record of the restart too: a {@link Receipt}.
    EXECUTOR,
    /// The TPM's own count of its resets is above the one that it quoted before: {@link
    /// ResetCounts}.
    HARDWARE;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wire() {
        return wire;
    }

    /// @throws IllegalArgumentException for another name
    @JsonCreator
    public static ProofKind of(String wire) {
        for (ProofKind kind : values()) {
            if (kind.wire.equals(wire)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "unknown proof of reset, known are claimed, executor and hardware");
    }
}

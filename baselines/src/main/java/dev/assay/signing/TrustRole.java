package dev.assay.signing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What a key may sign.
public enum TrustRole {
    /// The next version of the trust root. Offline.
    ROOT,
    /// What is golden. Offline, or a build's.
    BASELINE,
    /// A reset order. Online, short-lived.
    ORDER,
    /// An attestation result. Online.
    RESULT;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wire() {
        return wire;
    }

    /// @throws IllegalArgumentException for another name
    @JsonCreator
    public static TrustRole of(String wire) {
        for (TrustRole role : values()) {
            if (role.wire.equals(wire)) {
                return role;
            }
        }
        throw new IllegalArgumentException("unknown role " + wire);
    }
}

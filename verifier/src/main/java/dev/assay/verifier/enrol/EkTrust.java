package dev.assay.verifier.enrol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What makes a TPM's endorsement key one that a group believes.
public enum EkTrust {
    /// Nothing: its hosts are of the software tier, with a TPM or without.
    NONE,
    /// That nobody else came first. Whoever holds a token may bring a TPM of software.
    FIRST_USE,
    /// Its digest stands in the verifier's list.
    ALLOW_LIST,
    /// Its certificate leads to one of the verifier's manufacturer roots.
    CERTIFICATE;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    @JsonValue
    public String wire() {
        return wire;
    }

    /// @throws IllegalArgumentException for another name
    @JsonCreator
    public static EkTrust of(String wire) {
        for (EkTrust trust : values()) {
            if (trust.wire.equals(wire)) {
                return trust;
            }
        }
        throw new IllegalArgumentException(
                "unknown trust in endorsement keys, known are none, first-use, allow-list and"
                        + " certificate");
    }
}

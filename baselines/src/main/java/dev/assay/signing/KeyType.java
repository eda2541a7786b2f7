package dev.assay.signing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// The kinds of signing key: Ed25519 (RFC 8032) and ECDSA over P-256 with SHA-256 (FIPS 186-5).
public enum KeyType {
    ED25519("ed25519", "Ed25519"),
    ECDSA_P256("ecdsa-p256", "SHA256withECDSA");

    private final String wire;
    private final String jcaSignature;

    KeyType(String wire, String jcaSignature) {
        this.wire = wire;
        this.jcaSignature = jcaSignature;
    }

    @JsonValue
    public String wire() {
        return wire;
    }

    String jcaSignature() {
        return jcaSignature;
    }

    /// @throws IllegalArgumentException for another name
    @JsonCreator
    public static KeyType of(String wire) {
        for (KeyType type : values()) {
            if (type.wire.equals(wire)) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown key type, known are ed25519 and ecdsa-p256");
    }
}

package dev.assay.tpm;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.bytes.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A hash algorithm of a PCR bank (TCG Algorithm Registry, table 3) that this program computes.
public enum HashAlgorithm {
    SHA1(0x0004, 20, "SHA-1"),
    SHA256(0x000b, 32, "SHA-256"),
    SHA384(0x000c, 48, "SHA-384"),
    SHA512(0x000d, 64, "SHA-512");

    private final int id;
    private final int bytes;
    private final String java;
    private final String wire;

    HashAlgorithm(int id, int bytes, String java) {
        this.id = id;
        this.bytes = bytes;
        this.java = java;
        this.wire = java.replace("-", "").toLowerCase(Locale.ROOT);
    }

    /// @param id a TPM_ALG_ID
    public static Optional<HashAlgorithm> ofId(int id) {
        for (HashAlgorithm algorithm : values()) {
            if (algorithm.id == id) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /// @param name as the kernel and tpm2-tools write it, `sha256`
    public static Optional<HashAlgorithm> ofName(String name) {
        for (HashAlgorithm algorithm : values()) {
            if (algorithm.wire.equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    public int id() {
        return id;
    }

    /// The length of a digest.
    public int bytes() {
        return bytes;
    }

    @JsonValue
    public String wire() {
        return wire;
    }

    /// As the Java security APIs name it.
    public String java() {
        return java;
    }

    public MessageDigest hasher() {
        try {
            // Looking the algorithm up costs as much as hashing an entry of an IMA list.
            return (MessageDigest) Prototypes.of(this).clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("every Java copies its " + java, e);
        }
    }

    /// Never updated.
    private static final class Prototypes {
        private static final Map<HashAlgorithm, MessageDigest> ALL =
                new EnumMap<>(HashAlgorithm.class);

        static {
            for (HashAlgorithm algorithm : values()) {
                try {
                    ALL.put(algorithm, MessageDigest.getInstance(algorithm.java));
                } catch (NoSuchAlgorithmException e) {
                    throw new IllegalStateException("every Java has " + algorithm.java, e);
                }
            }
        }

        static MessageDigest of(HashAlgorithm algorithm) {
            return Objects.requireNonNull(ALL.get(algorithm));
        }
    }

    public Bytes digest(Bytes content) {
        MessageDigest hasher = hasher();
        content.updateInto(hasher);
        return Bytes.copyOf(hasher.digest());
    }

    /// The digest of a PCR at reset, and of an event that hides its own.
    public Bytes zeros() {
        return Bytes.copyOf(new byte[bytes]);
    }
}

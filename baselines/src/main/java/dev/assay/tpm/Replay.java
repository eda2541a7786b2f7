package dev.assay.tpm;

import dev.assay.bytes.Bytes;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;

/// A bank while a log is replayed: each PCR begins with zeros and is extended by `new = H(old ||
/// digest)` (TPM 2.0 Library, part 1, section 17.4.3).
public final class Replay {
    private final HashAlgorithm algorithm;
    private final MessageDigest hasher;
    private final Map<Integer, Bytes> values = new TreeMap<>();

    public Replay(HashAlgorithm algorithm) {
        this.algorithm = algorithm;
        this.hasher = algorithm.hasher();
    }

    /// For the PCR that another value than zeros begins with.
    public void begin(int pcr, Bytes value) {
        values.put(pcr, value);
    }

    public void extend(int pcr, Bytes digest) {
        value(pcr).updateInto(hasher);
        digest.updateInto(hasher);
        values.put(pcr, Bytes.copyOf(hasher.digest()));
    }

    public Bytes value(int pcr) {
        return values.computeIfAbsent(pcr, absent -> algorithm.zeros());
    }

    /// Those that were begun or extended.
    public PcrBank bank() {
        return new PcrBank(algorithm, new TreeMap<>(values));
    }
}

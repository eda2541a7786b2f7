package dev.assay.tpm;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// Values of some PCRs of one bank.
///
/// @param values by index, each as long as the algorithm's digests
public record PcrBank(HashAlgorithm algorithm, SortedMap<Integer, Bytes> values) {
    /// A PC client has 24 (TCG PC Client Platform TPM Profile, section 4.6).
    public static final int PCRS = 24;

    /// @throws IllegalArgumentException where an index or a value's length cannot be
    public PcrBank {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        values.forEach(
                (index, value) -> {
                    if (index < 0 || index >= PCRS || value.length() != algorithm.bytes()) {
                        throw new IllegalArgumentException("no PCR of " + algorithm.wire());
                    }
                });
    }

    /// @throws MalformedInputException where there is no such PCR
    public static int requireIndex(long index, String what) throws MalformedInputException {
        if (index < 0 || index >= PCRS) {
            throw new MalformedInputException(what + ": there is no PCR " + index);
        }
        return (int) index;
    }
}

package dev.assay.ima;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.Replay;
import java.util.List;
import java.util.Optional;

/// The kernel's list, from its first entry. Each entry's fields are held against its template hash
/// when it is read; the list is true as far as its replay gives a quoted PCR.
public record ImaList(List<ImaEntry> entries) {
    public static final int MAX_BYTES = 128 << 20;
    public static final int MAX_ENTRIES = 1 << 20;

    /// Where the kernel extends entries by default (CONFIG_IMA_MEASURE_PCR_IDX).
    public static final int PCR = 10;

    public ImaList {
        entries = List.copyOf(entries);
    }

    /// @param list as `ascii_runtime_measurements` or `binary_runtime_measurements` has it
    /// @throws MalformedInputException where there is no entry, or one that cannot be or is not
    ///   what its hash is of: the kernel writes the first before any program runs
    public static ImaList parse(Bytes list) throws MalformedInputException {
        if (list.isEmpty()) {
            throw new MalformedInputException("IMA list: no list, it is empty");
        }
        if (list.length() > MAX_BYTES) {
            throw new MalformedInputException("IMA list: more than " + MAX_BYTES + " bytes");
        }
        return new ImaList(isText(list) ? AsciiList.parse(list) : BinaryList.parse(list));
    }

    /// A stretch of a binary list that does not begin at its first entry. That the template hashes
    /// are of their data is not looked at: whoever replays a bank of another algorithm than SHA-1
    /// hashes the data itself.
    ///
    /// @param offset the number of the first entry
    public static List<ImaEntry> parsePart(Bytes part, int offset) throws MalformedInputException {
        return BinaryList.parsePart(part, offset);
    }

    /// A binary list begins with a PCR's number in four bytes, which are all below any character's;
    /// the other pads a number below ten with a space.
    private static boolean isText(Bytes list) {
        return list.at(0) == ' ' || list.at(0) >= '0' && list.at(0) <= '9';
    }

    /// How many entries a PCR's value stands for.
    ///
    /// @param entries from the list's beginning, of all PCRs; what comes after was measured later
    /// @param isPadded whether the kernel extends SHA-1 and zeros into all banks, as those before
    ///   5.8 did
    public record Reached(int entries, boolean isPadded) {}

    /// Where the replay of one PCR meets a value; empty where it never does, so that the list is
    /// not the one that the TPM saw.
    public Optional<Reached> reach(HashAlgorithm bank, int pcr, Bytes value) {
        Optional<Reached> found = reach(bank, pcr, value, false);
        return found.isEmpty() && bank != HashAlgorithm.SHA1
                ? reach(bank, pcr, value, true)
                : found;
    }

    private Optional<Reached> reach(HashAlgorithm bank, int pcr, Bytes value, boolean isPadded) {
        Replay replay = new Replay(bank);
        if (replay.value(pcr).equals(value)) {
            return Optional.of(new Reached(0, isPadded));
        }
        for (int i = 0; i < entries.size(); i++) {
            ImaEntry entry = entries.get(i);
            if (entry.pcr() == pcr) {
                replay.extend(pcr, isPadded ? entry.paddedWith(bank) : entry.extendedWith(bank));
                if (replay.value(pcr).equals(value)) {
                    return Optional.of(new Reached(i + 1, isPadded));
                }
            }
        }
        return Optional.empty();
    }

    /// A PCR after the whole list.
    public Bytes replay(HashAlgorithm bank, int pcr) {
        Replay replay = new Replay(bank);
        for (ImaEntry entry : entries) {
            if (entry.pcr() == pcr) {
                replay.extend(pcr, entry.extendedWith(bank));
            }
        }
        return replay.value(pcr);
    }
}

package dev.assay.tpm;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// TPMS_PCR_SELECTION (TPM 2.0 Library, part 2, section 10.6.2): PCRs of one bank.
public record TpmsPcrSelection(HashAlgorithm bank, SortedSet<Integer> pcrs) {
    private static final int MAX_BANKS = 16;

    public TpmsPcrSelection {
        pcrs = Collections.unmodifiableSortedSet(new TreeSet<>(pcrs));
    }

    /// TPML_PCR_SELECTION, section 10.9.7. A bank of which nothing is selected is left out.
    static List<TpmsPcrSelection> readList(Cursor cursor) throws MalformedInputException {
        long count = cursor.readU32("pcrSelect.count");
        if (count > MAX_BANKS) {
            throw cursor.refused("pcrSelect.count", "is " + count);
        }
        List<TpmsPcrSelection> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = cursor.readU16("pcrSelect.hash");
            Bytes bitmap = cursor.readFrame8("pcrSelect.pcrSelect");
            SortedSet<Integer> pcrs = pcrs(bitmap);
            if (!pcrs.isEmpty()) {
                all.add(new TpmsPcrSelection(bank(cursor, id), pcrs));
            }
        }
        requireBanksOnce(cursor, all);
        return all;
    }

    static HashAlgorithm bank(Cursor cursor, int id) throws MalformedInputException {
        return HashAlgorithm.ofId(id)
                .orElseThrow(() -> cursor.refused("pcrSelect.hash", id + " is not known here"));
    }

    static void requireBanksOnce(Cursor cursor, List<TpmsPcrSelection> all)
            throws MalformedInputException {
        if (all.stream().map(TpmsPcrSelection::bank).distinct().count() != all.size()) {
            throw cursor.refused("pcrSelect", "has one bank twice");
        }
    }

    /// Bit `n` of byte `m` is PCR `8 m + n`.
    static SortedSet<Integer> pcrs(Bytes bitmap) throws MalformedInputException {
        SortedSet<Integer> pcrs = new TreeSet<>();
        for (int i = 0; i < bitmap.length() * Byte.SIZE; i++) {
            if ((bitmap.at(i / Byte.SIZE) >> i % Byte.SIZE & 1) == 1) {
                pcrs.add(PcrBank.requireIndex(i, "pcrSelect"));
            }
        }
        return pcrs;
    }

    @Override
    public String toString() {
        return bank.wire()
                + ":"
                + String.join(",", pcrs.stream().map(index -> Integer.toString(index)).toList());
    }
}

package dev.assay.tpm;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// PCR values as `tpm2_quote --pcrs_format=serialized` writes them: the C structures
/// TPML_PCR_SELECTION and TPML_DIGEST as they lie in memory, little-endian, unused slots too.
public final class PcrsFile {
    public static final int MAX_BYTES = 64 << 10;

    private static final int SELECTIONS = 16;
    private static final int SELECTION_BYTES = 4;
    private static final int DIGESTS = 8;
    private static final int DIGEST_BYTES = 64;
    private static final int MAX_LISTS = 64;

    private PcrsFile() {}

    /// @throws MalformedInputException where values are missing or there are more than the
    ///   selection says
    public static List<PcrBank> parse(Bytes file) throws MalformedInputException {
        if (file.length() > MAX_BYTES) {
            throw new MalformedInputException("PCR values: more than " + MAX_BYTES + " bytes");
        }
        Cursor cursor = Cursor.littleEndian(file, "PCR values");
        List<TpmsPcrSelection> selections = selections(cursor);
        Iterator<Bytes> values = values(cursor).iterator();
        cursor.requireEnd();
        List<PcrBank> banks = new ArrayList<>();
        for (TpmsPcrSelection selection : selections) {
            banks.add(bank(cursor, selection, values));
        }
        if (values.hasNext()) {
            throw cursor.refused("digests", "are more than the selection has");
        }
        return banks;
    }

    private static List<TpmsPcrSelection> selections(Cursor cursor) throws MalformedInputException {
        long count = cursor.readU32("selection.count");
        if (count > SELECTIONS) {
            throw cursor.refused("selection.count", "is " + count);
        }
        List<TpmsPcrSelection> all = new ArrayList<>();
        for (int i = 0; i < SELECTIONS; i++) {
            int id = cursor.readU16("selection.hash");
            int size = cursor.readU8("selection.sizeofSelect");
            Bytes bitmap = cursor.read("selection.pcrSelect", SELECTION_BYTES);
            cursor.read("selection.padding", 1);
            if (i < count) {
                if (size > SELECTION_BYTES) {
                    throw cursor.refused("selection.sizeofSelect", "is " + size);
                }
                var pcrs = TpmsPcrSelection.pcrs(bitmap.slice(0, size));
                if (!pcrs.isEmpty()) {
                    all.add(new TpmsPcrSelection(TpmsPcrSelection.bank(cursor, id), pcrs));
                }
            }
        }
        TpmsPcrSelection.requireBanksOnce(cursor, all);
        return all;
    }

    private static List<Bytes> values(Cursor cursor) throws MalformedInputException {
        long lists = cursor.readU32("lists");
        if (lists > MAX_LISTS) {
            throw cursor.refused("lists", "are " + lists);
        }
        List<Bytes> values = new ArrayList<>();
        for (int list = 0; list < lists; list++) {
            long count = cursor.readU32("digests.count");
            if (count > DIGESTS) {
                throw cursor.refused("digests.count", "is " + count);
            }
            for (int i = 0; i < DIGESTS; i++) {
                int size = cursor.readU16("digest.size");
                Bytes buffer = cursor.read("digest.buffer", DIGEST_BYTES);
                if (i < count) {
                    if (size > DIGEST_BYTES) {
                        throw cursor.refused("digest.size", "is " + size);
                    }
                    values.add(buffer.slice(0, size));
                }
            }
        }
        return values;
    }

    private static PcrBank bank(Cursor cursor, TpmsPcrSelection selection, Iterator<Bytes> values)
            throws MalformedInputException {
        HashAlgorithm algorithm = selection.bank();
        SortedMap<Integer, Bytes> bank = new TreeMap<>();
        for (int pcr : selection.pcrs()) {
            if (!values.hasNext()) {
                throw cursor.refused("digests", "lack PCR " + pcr);
            }
            Bytes value = values.next();
            if (value.length() != algorithm.bytes()) {
                throw cursor.refused("digest.size", "of PCR " + pcr + " is " + value.length());
            }
            bank.put(pcr, value);
        }
        return new PcrBank(algorithm, bank);
    }
}

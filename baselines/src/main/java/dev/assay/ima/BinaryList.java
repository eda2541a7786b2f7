package dev.assay.ima;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import java.util.ArrayList;
import java.util.List;

/// `binary_runtime_measurements` of a little-endian kernel (Linux, security/integrity/ima/ima_fs.c,
/// `ima_measurements_show`). The one that leaves nothing in doubt: a path is any bytes.
final class BinaryList {
    private static final int MAX_TEMPLATE_NAME_BYTES = 32;
    private static final int MAX_DATA_BYTES = 2 << 20;

    private BinaryList() {}

    static List<ImaEntry> parse(Bytes list) throws MalformedInputException {
        List<ImaEntry> entries = parsePart(list, 0);
        for (ImaEntry entry : entries) {
            TemplateData.required(entry);
        }
        return entries;
    }

    static List<ImaEntry> parsePart(Bytes part, int offset) throws MalformedInputException {
        Cursor cursor = Cursor.littleEndian(part, "IMA list");
        List<ImaEntry> entries = new ArrayList<>();
        while (cursor.remaining() > 0) {
            if (offset + entries.size() >= ImaList.MAX_ENTRIES) {
                throw new MalformedInputException("IMA list: too many entries");
            }
            entries.add(entry(cursor, offset + entries.size()));
        }
        return entries;
    }

    private static ImaEntry entry(Cursor cursor, int number) throws MalformedInputException {
        int pcr = PcrBank.requireIndex(cursor.readU32("pcr"), "IMA list: entry " + number);
        Bytes hash = cursor.read("templateHash", HashAlgorithm.SHA1.bytes());
        String name = cursor.readFrame32("template", MAX_TEMPLATE_NAME_BYTES).lossyText();
        ImaTemplate template =
                ImaTemplate.ofName(name)
                        .orElseThrow(() -> cursor.refused("template", name + " is not known"));
        if (template != ImaTemplate.IMA) {
            Bytes data = cursor.readFrame32("templateData", MAX_DATA_BYTES);
            return TemplateData.entry(number, pcr, hash, template, data);
        }
        Bytes digest = cursor.read("digest", HashAlgorithm.SHA1.bytes());
        Bytes path = cursor.readFrame32("path", TemplateData.OLD_NAME_BYTES - 1);
        Bytes data = TemplateData.old(digest, path);
        return new ImaEntry(number, pcr, hash, template, data, "sha1", digest, path, Bytes.EMPTY);
    }
}

package dev.assay.baseline;

import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.bytes.Json;
import dev.assay.measurement.Entry;
import dev.assay.tree.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JsonGenerator;

/// Writes a manifest: one JSON object a line for each entry, in tree order, gzip (RFC 1952) with an
/// empty header, so that the same tree gives the same bytes.
public final class ManifestWriter {
    static final String PATH = "path";
    private static final int BUFFER_BYTES = 64 << 10;

    private ManifestWriter() {}

    private static final class Counting extends FilterOutputStream {
        private long count;

        Counting(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            count += length;
        }
    }

    /// @param out left open
    public static ManifestReference write(Iterable<Entry> sorted, OutputStream out)
            throws IOException {
        MessageDigest hasher = Digest.hasher();
        Counting packed = new Counting(new DigestOutputStream(out, hasher));
        GZIPOutputStream gzip = new GZIPOutputStream(packed, BUFFER_BYTES);
        Counting unpacked = new Counting(gzip);
        long entries = 0;
        JsonGenerator json = Json.linesGenerator(unpacked);
        for (Entry entry : sorted) {
            json.writeStartObject();
            json.writeStringProperty(PATH, entry.path().toString());
            for (Map.Entry<String, String> field : LeafJson.write(entry.leaf()).entrySet()) {
                json.writeStringProperty(field.getKey(), field.getValue());
            }
            json.writeEndObject();
            entries++;
        }
        json.flush();
        unpacked.write('\n');
        gzip.finish();
        packed.flush();
        return new ManifestReference(Digest.finish(hasher), packed.count, unpacked.count, entries);
    }
}

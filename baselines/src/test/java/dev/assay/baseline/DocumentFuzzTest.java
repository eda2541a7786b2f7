package dev.assay.baseline;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.tree.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;

/// What comes over the network is read or refused.
final class DocumentFuzzTest {
    private static final int MAX_BYTES = 1 << 20;

    @FuzzTest
    void envelope(byte[] json) {
        try {
            Envelope.parse(Bytes.copyOf(json), MAX_BYTES);
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }

    @FuzzTest
    void statement(byte[] json) {
        try {
            Baseline.parseStatement(Bytes.copyOf(json));
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }

    /// Packed as it says, so that the reader comes as far as the entries.
    @FuzzTest
    void manifest(byte[] lines) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(lines);
        }
        read(packed.toByteArray(), lines.length);
    }

    @FuzzTest
    void packedManifest(byte[] packed) throws IOException {
        read(packed, MAX_BYTES);
    }

    private static void read(byte[] packed, long unpackedBytes) throws IOException {
        ManifestReference reference =
                new ManifestReference(
                        Digest.ofContent(Bytes.copyOf(packed)), packed.length, unpackedBytes, 2);
        try (ManifestReader reader =
                new ManifestReader(new ByteArrayInputStream(packed), reference)) {
            while (reader.next() != null) {
                // To its end.
            }
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }
}

package dev.assay.baseline;

import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.bytes.GzipMember;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads a manifest's entries one by one. Nothing is unpacked past the length that the document
/// gives, and after the last entry count, length and digest must be the document's: what was read
/// before that may be used only then, or where the bytes were held against the digest before.
public final class ManifestReader implements EntrySource, Closeable {
    /// What a manifest may unpack to: some ten million entries.
    public static final long MAX_UNPACKED_BYTES = 4L << 30;

    private final JsonParser json;
    private final MessageDigest hasher = Digest.hasher();
    private final Bounded unpacked;
    private final ManifestReference reference;
    private long entries;
    private boolean whole;
    private @Nullable NodePath last;

    /// @param packed closed with this reader
    public ManifestReader(InputStream packed, ManifestReference reference)
            throws IOException, MalformedInputException {
        this.reference = reference;
        try {
            GzipMember gzip = new GzipMember(new DigestInputStream(packed, hasher));
            this.unpacked = new Bounded(gzip, reference.unpackedBytes());
            this.json = Json.parser(unpacked);
        } catch (ZipException e) {
            packed.close();
            throw new MalformedInputException("manifest is not gzip", e);
        } catch (IOException e) {
            packed.close();
            throw e;
        }
    }

    /// A gzip bomb ends here, not in memory.
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long maxBytes) {
            super(in);
            this.left = maxBytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = super.read(into, from, length);
            left -= Math.max(0, read);
            if (left < 0) {
                throw new ZipException("manifest unpacks to more than its document says");
            }
            return read;
        }
    }

    @Override
    public @Nullable Entry next() throws IOException, MalformedInputException {
        try {
            JsonToken token = json.nextToken();
            if (token == null) {
                requireWhole();
                return null;
            }
            if (token != JsonToken.START_OBJECT || ++entries > reference.entries()) {
                throw new MalformedInputException("manifest line " + entries + " is no entry");
            }
            return readEntry();
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException io && !isMalformed(io)) {
                throw io;
            }
            throw new MalformedInputException(
                    "manifest line " + entries + ": " + e.getOriginalMessage(), e);
        }
    }

    private void requireWhole() throws MalformedInputException {
        if (whole) {
            return;
        }
        if (entries != reference.entries()) {
            throw new MalformedInputException(
                    "manifest has " + entries + " entries, not " + reference.entries());
        }
        if (unpacked.left != 0) {
            throw new MalformedInputException("manifest unpacks to less than its document says");
        }
        if (!Digest.finish(hasher).equals(reference.sha256())) {
            throw new MalformedInputException("manifest is not the one that the document names");
        }
        whole = true;
    }

    private static boolean isMalformed(IOException e) {
        return e instanceof ZipException
                || e instanceof EOFException
                || e instanceof CharacterCodingException;
    }

    private Entry readEntry() throws MalformedInputException {
        Map<String, String> fields = new HashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING
                    || fields.size() > Leaf.MAX_ATTRIBUTES + 2) {
                throw new MalformedInputException("manifest line " + entries + " is no entry");
            }
            fields.put(name, json.getString());
        }
        String text = fields.remove(ManifestWriter.PATH);
        if (text == null) {
            throw new MalformedInputException("manifest line " + entries + " has no path");
        }
        NodePath path = path(text);
        if (path.isRoot()) {
            throw new MalformedInputException(
                    "manifest line " + entries + ": the root has no leaf");
        }
        if (last != null && last.compareTo(path) >= 0) {
            throw new MalformedInputException("manifest line " + entries + " is out of order");
        }
        last = path;
        return Entry.of(path, LeafJson.parse(fields));
    }

    private NodePath path(String text) throws MalformedInputException {
        try {
            return NodePath.of(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException(
                    "manifest line " + entries + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        json.close();
    }
}

package dev.assay.baseline;

import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.Verified;
import dev.assay.tree.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/// `NAME.golden`: the envelope as one line of JSON, a line feed, then the manifest's gzip bytes. So
/// `head -1` shows the document and `tail -n +2 | zcat` the manifest (FORMAT.md, section 7).
public final class GoldenFile {
    /// Of the first line: a document of the largest size in base64, with its signatures.
    public static final int MAX_ENVELOPE_BYTES = 6 << 20;

    private final Path file;
    private final Envelope envelope;
    private final long manifestOffset;

    private GoldenFile(Path file, Envelope envelope, long manifestOffset) {
        this.file = file;
        this.envelope = envelope;
        this.manifestOffset = manifestOffset;
    }

    /// Reads the envelope; nothing of it is believed until it is verified.
    public static GoldenFile open(Path file) throws IOException, MalformedInputException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0 || line.size() >= MAX_ENVELOPE_BYTES) {
                    throw new MalformedInputException(
                            file.getFileName() + " is no golden file: its first line has no end");
                }
                line.write(b);
            }
            Bytes json = Bytes.copyOf(line.toByteArray());
            if (json.isEmpty() || json.at(0) != '{' || json.at(json.length() - 1) != '}') {
                throw new MalformedInputException(
                        file.getFileName() + " is no golden file: its first line is no envelope");
            }
            return new GoldenFile(
                    file, Envelope.parse(json, MAX_ENVELOPE_BYTES), json.length() + 1L);
        }
    }

    /// Writes document and manifest as one new file, which appears whole or not at all.
    ///
    /// @param packedManifest the file that {@link ManifestWriter} wrote
    public static void write(Path file, Envelope envelope, Path packedManifest) throws IOException {
        try (InputStream manifest = Files.newInputStream(packedManifest)) {
            write(file, envelope, manifest);
        }
    }

    private static void write(Path file, Envelope envelope, InputStream manifest)
            throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Bytes json = Json.write(envelope);
        if (json.length() > MAX_ENVELOPE_BYTES) {
            throw new IllegalArgumentException("envelope is too large for a golden file");
        }
        Files.deleteIfExists(next);
        try {
            try (OutputStream out =
                    new BufferedOutputStream(
                            Files.newOutputStream(next, StandardOpenOption.CREATE_NEW))) {
                out.write(json.toArray());
                out.write('\n');
                manifest.transferTo(out);
            }
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /// The same manifest under another envelope: one with one signature more.
    public void writeWith(Envelope other, Path target) throws IOException {
        try (InputStream manifest = packedManifest()) {
            write(target, other, manifest);
        }
    }

    public Envelope envelope() {
        return envelope;
    }

    /// The manifest's compressed bytes, as they are.
    public InputStream packedManifest() throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            in.skipNBytes(manifestOffset);
            return new BufferedInputStream(in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /// Opens the manifest that a verified document refers to, after its bytes were held against the
    /// digest in it.
    public ManifestReader manifest(Verified<Baseline> baseline)
            throws IOException, MalformedInputException {
        return manifest(baseline.value().manifest());
    }

    /// For showing a file whose signature is not the question.
    public ManifestReader manifest(ManifestReference reference)
            throws IOException, MalformedInputException {
        requireManifest(reference);
        return new ManifestReader(packedManifest(), reference);
    }

    private void requireManifest(ManifestReference reference)
            throws IOException, MalformedInputException {
        if (Files.size(file) - manifestOffset != reference.bytes()) {
            throw new MalformedInputException(
                    file.getFileName() + ": the manifest's length is not the document's");
        }
        MessageDigest hasher = Digest.hasher();
        try (InputStream in = packedManifest();
                OutputStream out =
                        new DigestOutputStream(OutputStream.nullOutputStream(), hasher)) {
            in.transferTo(out);
        }
        if (!Digest.finish(hasher).equals(reference.sha256())) {
            throw new MalformedInputException(
                    file.getFileName() + ": the manifest is not the one that the document names");
        }
    }
}

package dev.assay.verifier.fleet;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.ClaimedTree;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.EntrySource;
import dev.assay.baseline.ManifestReader;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import dev.assay.signing.Verified;
import dev.assay.tree.Digest;
import dev.assay.verifier.appraise.Claims;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Holds drift reports against manifests on disk. A manifest that is damaged is the verifier's
/// fault and must not accuse the host, so that its digest is looked at once more while it is read.
public final class ManifestClaims implements Claims {
    /// How many manifests are read at a time: a fleet that drifts at once waits in a queue and does
    /// not take the processor from those that are clean.
    static final int MAX_CONCURRENT = 2;

    private final ManifestArchive archive;
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT, true);

    public ManifestClaims(ManifestArchive archive) {
        this.archive = archive;
    }

    @Override
    public Claim apply(Verified<Baseline> baseline, DriftReport report) {
        permits.acquireUninterruptibly();
        try {
            return fold(baseline.value(), report);
        } catch (IOException e) {
            return new Claim.Unavailable(
                    "the manifest of "
                            + baseline.value().channel()
                            + " #"
                            + baseline.value().serial()
                            + " cannot be read");
        } finally {
            permits.release();
        }
    }

    private Claim fold(Baseline baseline, DriftReport report) throws IOException {
        ManifestReference reference = baseline.manifest();
        MessageDigest hasher = Digest.hasher();
        try (InputStream packed = new DigestInputStream(archive.open(reference), hasher);
                ManifestReader reader = reader(new KeptOpen(packed), reference)) {
            Claim claim = fold(reader, report, baseline);
            // The rest, so that the digest is of the whole file even where a report was refused
            // early.
            packed.transferTo(OutputStream.nullOutputStream());
            if (!Digest.finish(hasher).equals(reference.sha256())) {
                throw new IOException("the manifest on disk is damaged");
            }
            return claim;
        }
    }

    /// The reader closes what it has read to the end; the rest of the digest comes after that.
    private static final class KeptOpen extends FilterInputStream {
        KeptOpen(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }

    private static Claim fold(ManifestReader reader, DriftReport report, Baseline baseline)
            throws IOException {
        try {
            return new Claim.Tree(ClaimedTree.of(new Damaged(reader), report, baseline.scope()));
        } catch (MalformedInputException | IllegalArgumentException e) {
            return new Claim.Impossible(String.valueOf(e.getMessage()));
        }
    }

    private static ManifestReader reader(InputStream packed, ManifestReference reference)
            throws IOException {
        try {
            return new ManifestReader(packed, reference);
        } catch (MalformedInputException e) {
            throw new IOException("the manifest on disk is damaged", e);
        }
    }

    /// What is malformed in the manifest is not the report's fault.
    private record Damaged(ManifestReader reader) implements EntrySource {
        @Override
        public @Nullable Entry next() throws IOException {
            try {
                return reader.next();
            } catch (MalformedInputException e) {
                throw new IOException("the manifest on disk is damaged", e);
            }
        }
    }
}

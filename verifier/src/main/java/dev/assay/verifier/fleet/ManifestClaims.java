package dev.assay.verifier.fleet;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.ClaimedTree;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.EntrySource;
import dev.assay.baseline.GoldenTree;
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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Holds drift reports against manifests. Those that were asked for last are kept in memory, as far
/// as there is room: a host that drifts drifts again, and seldom alone. A manifest on disk that is
/// damaged is the verifier's fault and must not accuse the host, so that its digest is looked at
/// once more while it is read.
public final class ManifestClaims implements Claims {
    /// Of the memory that this program may take.
    private static final int PART_FOR_TREES = 8;

    private static final String DAMAGED = "the manifest on disk is damaged";

    /// How many manifests are read at a time: a fleet that drifts at once waits in a queue and does
    /// not take the processor from those that are clean.
    static final int MAX_CONCURRENT = 2;

    private final ManifestArchive archive;
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT, true);
    private final long maxBytes;

    /// By the manifest's digest, the one asked for last at the end.
    private final Map<Digest, GoldenTree> trees = new LinkedHashMap<>(16, 0.75f, true);

    public ManifestClaims(ManifestArchive archive) {
        this(archive, Runtime.getRuntime().maxMemory() / PART_FOR_TREES);
    }

    /// @param maxBytes that trees in memory take together
    ManifestClaims(ManifestArchive archive, long maxBytes) {
        this.archive = archive;
        this.maxBytes = maxBytes;
    }

    @Override
    public Claim apply(Verified<Baseline> baseline, DriftReport report) {
        return claim(baseline.value(), report);
    }

    Claim claim(Baseline baseline, DriftReport report) {
        @Nullable GoldenTree kept = kept(baseline.manifest());
        if (kept != null) {
            return claim(kept, report, baseline);
        }
        permits.acquireUninterruptibly();
        try {
            return read(baseline, report);
        } catch (IOException e) {
            return new Claim.Unavailable(
                    "the manifest of "
                            + baseline.channel()
                            + " #"
                            + baseline.serial()
                            + " cannot be read");
        } finally {
            permits.release();
        }
    }

    private Claim read(Baseline baseline, DriftReport report) throws IOException {
        @Nullable GoldenTree kept = kept(baseline.manifest());
        if (kept != null) {
            // Somebody else read it while this one waited.
            return claim(kept, report, baseline);
        }
        // A tree takes about as much as its manifest unpacks to.
        return baseline.manifest().unpackedBytes() <= maxBytes / 2
                ? claim(keep(baseline.manifest()), report, baseline)
                : fold(baseline, report);
    }

    private @Nullable GoldenTree kept(ManifestReference reference) {
        synchronized (trees) {
            return trees.get(reference.sha256());
        }
    }

    /// The tree of a manifest whose end was reached: there its reader holds it against its digest.
    private GoldenTree keep(ManifestReference reference) throws IOException {
        GoldenTree tree;
        try (InputStream packed = archive.open(reference);
                ManifestReader reader = reader(packed, reference)) {
            tree = GoldenTree.of(new Damaged(reader));
        } catch (MalformedInputException e) {
            throw new IOException(DAMAGED, e);
        }
        synchronized (trees) {
            trees.put(reference.sha256(), tree);
            long bytes = trees.values().stream().mapToLong(GoldenTree::bytes).sum();
            Iterator<GoldenTree> eldest = trees.values().iterator();
            while (bytes > maxBytes && eldest.hasNext()) {
                bytes -= eldest.next().bytes();
                eldest.remove();
            }
        }
        return tree;
    }

    private static Claim claim(GoldenTree tree, DriftReport report, Baseline baseline) {
        try {
            return new Claim.Tree(ClaimedTree.of(tree, report, baseline.scope()));
        } catch (MalformedInputException | IllegalArgumentException e) {
            return new Claim.Impossible(String.valueOf(e.getMessage()));
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
                throw new IOException(DAMAGED);
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
            throw new IOException(DAMAGED, e);
        }
    }

    /// What is malformed in the manifest is not the report's fault.
    private record Damaged(ManifestReader reader) implements EntrySource {
        @Override
        public @Nullable Entry next() throws IOException {
            try {
                return reader.next();
            } catch (MalformedInputException e) {
                throw new IOException(DAMAGED, e);
            }
        }
    }
}

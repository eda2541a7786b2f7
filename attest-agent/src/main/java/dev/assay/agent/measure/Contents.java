package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileFaultException;
import dev.assay.agent.collect.files.FileReader;
import dev.assay.agent.collect.files.FileStat;
import dev.assay.agent.collect.files.OpenFile;
import dev.assay.tree.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// Digests of file contents; what is hard-linked is read once.
final class Contents {
    /// @param stat what the file was before and after it was read
    record Stable(FileStat stat, Digest digest) {}

    /// The same bytes for as long as all of this is the same.
    private record Version(
            FileStat.Identity identity, long size, FileStat.Time modified, FileStat.Time changed) {
        static Version of(FileStat stat) {
            return new Version(stat.identity(), stat.size(), stat.modified(), stat.changed());
        }
    }

    private static final int MAX_READS = 3;

    /// A file that changes is read again only while that is quick.
    private static final long MAX_REREAD_BYTES = 256L << 20;

    private final Findings findings;
    private final Map<Version, CompletableFuture<Optional<Digest>>> linked =
            new ConcurrentHashMap<>();

    Contents(Findings findings) {
        this.findings = findings;
    }

    /// Empty for a file that changed during every read.
    Optional<Stable> read(FileReader reader, OpenFile file) throws FileFaultException {
        FileStat before = file.stat();
        for (int reads = 1; reads <= MAX_READS; reads++) {
            Optional<Digest> digest =
                    before.links() > 1 ? shared(reader, file, before) : once(reader, file, before);
            if (digest.isPresent()) {
                return Optional.of(new Stable(before, digest.get()));
            }
            before = reader.stat(file);
            if (before.size() > MAX_REREAD_BYTES) {
                break;
            }
        }
        return Optional.empty();
    }

    private Optional<Digest> shared(FileReader reader, OpenFile file, FileStat before)
            throws FileFaultException {
        CompletableFuture<Optional<Digest>> mine = new CompletableFuture<>();
        // Whoever is first is reading already, so to wait for it cannot last for ever.
        CompletableFuture<Optional<Digest>> first = linked.putIfAbsent(Version.of(before), mine);
        if (first != null) {
            Optional<Digest> known = first.join();
            return known.isPresent() ? known : once(reader, file, before);
        }
        Optional<Digest> digest = Optional.empty();
        try {
            digest = once(reader, file, before);
            return digest;
        } finally {
            mine.complete(digest);
        }
    }

    private Optional<Digest> once(FileReader reader, OpenFile file, FileStat before)
            throws FileFaultException {
        // One byte more than there should be: a file that grows is found even where its times lie.
        FileReader.Hashed hashed = reader.hash(file, before.size() + 1, findings::read);
        boolean unchanged =
                hashed.length() == before.size() && reader.stat(file).isUnchangedSince(before);
        return unchanged ? Optional.of(hashed.digest()) : Optional.empty();
    }

    /// The first `length` bytes, whatever is appended meanwhile; empty where there are fewer.
    Optional<Digest> prefix(FileReader reader, OpenFile file, long length)
            throws FileFaultException {
        FileReader.Hashed hashed = reader.hash(file, length, findings::read);
        return hashed.length() == length ? Optional.of(hashed.digest()) : Optional.empty();
    }
}

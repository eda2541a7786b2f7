package dev.assay.verifier.store;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.PrivateFiles;
import dev.assay.tree.Digest;
import dev.assay.verifier.exhibit.ExhibitArchive;
import dev.assay.verifier.exhibit.NotStoredException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Exhibits as files `RESETID.json.gz` of mode 0600. A file appears whole, after it is on disk.
public final class ExhibitFolder implements ExhibitArchive {
    private static final String SUFFIX = ".json.gz";
    private static final int BUFFER_BYTES = 64 << 10;

    private final Path folder;
    private final long maxBytes;

    private record Entry(Path file, long bytes, Instant at) {}

    /// Removes what a crash left half received.
    ///
    /// @param maxBytes of all that are kept
    public ExhibitFolder(Path folder, long maxBytes) throws IOException {
        PrivateFiles.createFolder(folder);
        this.folder = folder;
        this.maxBytes = maxBytes;
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*.incoming")) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }

    @Override
    public Received receive(InputStream in, Digest document, long bytes)
            throws IOException, MalformedInputException {
        Path file;
        try {
            file = Files.createTempFile(folder, "exhibits-", ".incoming");
        } catch (IOException e) {
            throw new NotStoredException(e);
        }
        Incoming incoming = new Incoming(file, bytes);
        try (incoming) {
            if (!write(in, file, bytes).equals(document)) {
                throw new MalformedInputException("exhibits are not those of their line");
            }
            return incoming.handedOn();
        }
    }

    private static Digest write(InputStream in, Path file, long bytes)
            throws IOException, MalformedInputException {
        MessageDigest hasher = Digest.hasher();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (FileChannel channel = open(file)) {
            long left = bytes;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                left -= read;
                if (left < 0) {
                    throw new MalformedInputException("exhibits are longer than their line says");
                }
                hasher.update(buffer, 0, read);
                append(channel, buffer, read);
            }
            if (left > 0) {
                throw new MalformedInputException("exhibits are shorter than their line says");
            }
            sync(channel);
        }
        return Digest.finish(hasher);
    }

    private static FileChannel open(Path file) throws NotStoredException {
        try {
            return FileChannel.open(file, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new NotStoredException(e);
        }
    }

    private static void append(FileChannel channel, byte[] buffer, int length)
            throws NotStoredException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new NotStoredException(e);
        }
    }

    private static void sync(FileChannel channel) throws NotStoredException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw new NotStoredException(e);
        }
    }

    /// A file that goes when it is closed, unless somebody else has it by then.
    private final class Incoming implements Received {
        private final Path file;
        private final long bytes;
        private boolean mine = true;

        Incoming(Path file, long bytes) {
            this.file = file;
            this.bytes = bytes;
        }

        Incoming handedOn() {
            mine = false;
            return new Incoming(file, bytes);
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public void keep(String resetId, Instant now) throws NotStoredException {
            place(file, resetId, bytes, now);
            mine = false;
        }

        @Override
        public void close() {
            if (mine) {
                discard(file);
            }
        }
    }

    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The next start removes it.
            return;
        }
    }

    private synchronized void place(Path incoming, String resetId, long bytes, Instant now)
            throws NotStoredException {
        try {
            Path target = path(resetId);
            removeOldest(Instant.MIN, maxBytes - bytes);
            Files.setLastModifiedTime(incoming, FileTime.from(now));
            Files.move(incoming, target, StandardCopyOption.ATOMIC_MOVE);
            PrivateFiles.syncFolderOf(target);
        } catch (IOException e) {
            throw new NotStoredException(e);
        }
    }

    @Override
    public boolean has(String resetId) {
        return Files.exists(path(resetId));
    }

    @Override
    public Optional<Kept> open(String resetId) throws IOException {
        try {
            FileChannel channel = FileChannel.open(path(resetId), StandardOpenOption.READ);
            return Optional.of(new Kept(Channels.newInputStream(channel), channel.size()));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    @Override
    public synchronized int prune(Instant before) throws IOException {
        return removeOldest(before, maxBytes);
    }

    private int removeOldest(Instant before, long mostBytes) throws IOException {
        List<Entry> entries = entries();
        long total = entries.stream().mapToLong(Entry::bytes).sum();
        int removed = 0;
        for (Entry entry : entries) {
            if (total <= mostBytes && !entry.at().isBefore(before)) {
                break;
            }
            Files.deleteIfExists(entry.file());
            total -= entry.bytes();
            removed++;
        }
        return removed;
    }

    /// The oldest first.
    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                entries.add(
                        new Entry(
                                file,
                                Files.size(file),
                                Files.getLastModifiedTime(file).toInstant()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(Comparator.comparing(Entry::at).thenComparing(Entry::file));
        return entries;
    }

    private Path path(String resetId) {
        return folder.resolve(resetId + SUFFIX);
    }
}

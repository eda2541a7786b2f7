package dev.assay.agent.collect.files;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.SortedMap;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/// Reads open files; one for each thread, because it owns the buffers.
public final class FileReader {
    private static final byte[] ITSELF = new byte[0];

    private final Posix posix = new Posix();
    private final byte[] block = new byte[Posix.READ_BYTES];
    private final MessageDigest hasher = Digest.hasher();

    /// What the open file is now.
    public FileStat stat(OpenFile file) throws FileFaultException {
        return posix.stat(file.fd(), ITSELF);
    }

    public SortedMap<Bytes, Bytes> extendedAttributes(OpenFile file, Predicate<Bytes> wanted)
            throws FileFaultException {
        int fd = file.fd();
        return ExtendedAttributes.read(
                () -> posix.listAttributes(fd),
                attribute -> posix.attribute(fd, attribute),
                wanted);
    }

    /// The file's first bytes, fewer where it is shorter.
    public Bytes first(OpenFile file, int maxBytes) throws FileFaultException {
        int length = 0;
        while (length < maxBytes) {
            byte[] some = new byte[maxBytes - length];
            int read = posix.read(file.fd(), length, some, some.length);
            if (read == 0) {
                break;
            }
            System.arraycopy(some, 0, block, length, read);
            length += read;
        }
        return Bytes.copyOf(block, 0, length);
    }

    /// The same of more bytes than one block has.
    public Bytes start(OpenFile file, int maxBytes) throws FileFaultException {
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        while (start.size() < maxBytes) {
            int read = posix.read(file.fd(), start.size(), block, maxBytes - start.size());
            if (read == 0) {
                break;
            }
            start.write(block, 0, read);
        }
        return Bytes.copyOf(start.toByteArray());
    }

    /// How much of a file was read, and its digest.
    public record Hashed(long length, Digest digest) {}

    /// Hashes up to `maxBytes` of the file, from its start.
    ///
    /// @param progress told the bytes of each block
    public Hashed hash(OpenFile file, long maxBytes, LongConsumer progress)
            throws FileFaultException {
        hasher.reset();
        long total = 0;
        while (total < maxBytes) {
            int wanted = (int) Math.min(block.length, maxBytes - total);
            int read = posix.read(file.fd(), total, block, wanted);
            if (read == 0) {
                break;
            }
            hasher.update(block, 0, read);
            progress.accept(read);
            total += read;
        }
        return new Hashed(total, Digest.finish(hasher));
    }

    public void close(OpenFile file) {
        int fd = file.fd();
        if (file.close()) {
            posix.close(fd);
        }
    }
}

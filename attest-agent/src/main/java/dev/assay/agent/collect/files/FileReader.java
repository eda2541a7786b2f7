package dev.assay.agent.collect.files;

import dev.assay.bytes.Bytes;
import java.security.MessageDigest;
import java.util.SortedMap;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/// Reads open files; one for each thread, because it owns the buffers.
public final class FileReader {
    private static final byte[] ITSELF = new byte[0];

    private final Posix posix = new Posix();
    private final byte[] block = new byte[Posix.READ_BYTES];

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

    /// Feeds up to `maxBytes` of the file, from its start, to `hasher`.
    ///
    /// @param progress told the bytes of each block
    /// @return how many there were
    public long feed(OpenFile file, MessageDigest hasher, long maxBytes, LongConsumer progress)
            throws FileFaultException {
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
        return total;
    }

    public void close(OpenFile file) {
        int fd = file.fd();
        if (file.close()) {
            posix.close(fd);
        }
    }
}

package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.lang.foreign.MemorySegment;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/// An open file by its descriptor.
final class PosixFile implements OpenFile {
    private static final byte[] ITSELF = new byte[0];

    private final int fd;
    private final FileStat stat;
    private final NodePath path;
    private final AtomicBoolean closed = new AtomicBoolean();

    private PosixFile(int fd, FileStat stat, NodePath path) {
        this.fd = fd;
        this.stat = stat;
        this.path = path;
    }

    /// Takes the descriptor over, and closes it where it is not the very thing that was seen.
    static PosixFile of(Posix posix, int fd, FileStat seen, NodePath path)
            throws FileFaultException {
        int unowned = fd;
        try {
            FileStat opened = posix.stat(fd, ITSELF);
            if (!opened.isSameThing(seen)) {
                throw new FileFaultException(Fault.REPLACED, "replaced while it was opened");
            }
            unowned = -1;
            return new PosixFile(fd, opened, path);
        } finally {
            if (unowned >= 0) {
                posix.close(unowned);
            }
        }
    }

    @Override
    public FileStat stat() {
        return stat;
    }

    @Override
    public FileStat now() throws FileFaultException {
        return mine().stat(fd(), ITSELF);
    }

    @Override
    public int read(long offset, MemorySegment into) throws FileFaultException {
        return mine().read(fd(), offset, into);
    }

    @Override
    public SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted)
            throws FileFaultException {
        Posix posix = mine();
        return ExtendedAttributes.read(
                () -> posix.listAttributes(fd()),
                attribute -> posix.attribute(fd(), attribute),
                wanted);
    }

    private Posix mine() {
        return Posix.mine().about(path);
    }

    private int fd() {
        if (closed.get()) {
            throw new IllegalStateException("file is closed");
        }
        return fd;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            mine().close(fd);
        }
    }
}

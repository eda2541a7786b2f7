package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An open file by its descriptor.
final class PosixFile implements OpenFile {
    private static final byte[] ITSELF = new byte[0];

    /// Of a large file, so much stays in the page cache until it is given back.
    private static final long GIVE_BACK_BYTES = 8L << 20;

    private final int fd;
    private final FileStat stat;
    private final NodePath path;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// What of it was in the page cache before it was read; null where it was not read.
    private volatile @Nullable Residency residency;

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
        Residency before = residency;
        if (before == null) {
            before = Asking.ask(path, () -> PageCache.mine().before(fd(), stat.size()));
            residency = before;
        }
        int length = mine().read(fd(), offset, into);
        if (offset / GIVE_BACK_BYTES != (offset + length) / GIVE_BACK_BYTES) {
            giveBack(before, offset + length);
        }
        return length;
    }

    private void giveBack(Residency before, long end) {
        Asking asking = Asking.mine();
        asking.about(path);
        asking.begin();
        try {
            PageCache.mine().giveBack(fd, before, end);
        } finally {
            asking.end();
        }
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

    @Override
    public Optional<FsVerity.Measured> verity() {
        return stat.hasVerity() ? FsVerity.measure(fd()) : Optional.empty();
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
            Residency before = residency;
            if (before != null) {
                giveBack(before, stat.size());
            }
            mine().close(fd);
        }
    }
}

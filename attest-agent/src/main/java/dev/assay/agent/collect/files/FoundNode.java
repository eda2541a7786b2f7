package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A name that the walk stands on. Everything is asked of the kernel when it is asked here, through
/// the directory's descriptor, and only while the walk stands here.
public final class FoundNode {
    private static final byte[] NONE = new byte[0];

    private final Posix posix;
    private final Boundaries boundaries;
    private final int directory;
    private final byte[] name;
    private final NodePath path;
    private @Nullable FileStat stat;

    FoundNode(Posix posix, Boundaries boundaries, int directory, byte[] name, NodePath path) {
        this.posix = posix;
        this.boundaries = boundaries;
        this.directory = directory;
        this.name = name;
        this.path = path;
    }

    /// The root of a walk, by its own descriptor.
    static FoundNode root(Posix posix, Boundaries boundaries, int fd, NodePath path) {
        return new FoundNode(posix, boundaries, fd, NONE, path);
    }

    public NodePath path() {
        return path;
    }

    /// Empty for the root of the walk.
    public Bytes name() {
        return Bytes.copyOf(name);
    }

    /// @throws FileFaultException also where it lies beyond a boundary ({@link Fault#LEFT_OUT})
    public FileStat stat() throws FileFaultException {
        if (stat == null) {
            FileStat found = posix.glance(directory, name);
            if (name.length > 0) {
                boundaries.requireMeasurable(directory, name, found);
            }
            stat = boundaries.isRootServed() ? posix.stat(directory, name) : found;
        }
        return stat;
    }

    /// A symbolic link's bytes.
    public Bytes target() throws FileFaultException {
        return Bytes.copyOf(posix.readLink(directory, name));
    }

    /// The extended attributes whose names are wanted.
    public SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted)
            throws FileFaultException {
        return ExtendedAttributes.read(
                () -> posix.listAttributes(directory, name),
                attribute -> posix.attribute(directory, name, attribute),
                wanted);
    }

    /// Opens a regular file. What was a file at the last look and is a FIFO now does not hold the
    /// walk up, and is not read.
    ///
    /// @throws FileFaultException {@link Fault#REPLACED} where it is not what {@link #stat} saw
    public OpenFile open() throws FileFaultException {
        FileStat before = stat();
        if (before.kind() != Kind.FILE) {
            throw new IllegalStateException("only regular files are opened");
        }
        int flags = Posix.O_RDONLY | Posix.O_NONBLOCK | Posix.O_NOCTTY;
        int fd = openNoFollow(posix, directory, name, flags);
        try {
            FileStat opened = posix.stat(fd, NONE);
            if (!opened.isSameThing(before)) {
                throw new FileFaultException(Fault.REPLACED, "replaced while it was opened");
            }
            OpenFile file = new OpenFile(fd, opened);
            fd = -1;
            return file;
        } finally {
            if (fd >= 0) {
                posix.close(fd);
            }
        }
    }

    /// Without touching the access time, where the kernel permits that (to the owner and root).
    static int openNoFollow(Posix posix, int directory, byte[] name, int flags)
            throws FileFaultException {
        int always = flags | Posix.O_NOFOLLOW | Posix.O_CLOEXEC;
        int fd = posix.open(directory, name, always | Posix.O_NOATIME);
        if (fd == -Errno.EPERM) {
            fd = posix.open(directory, name, always);
        }
        if (fd >= 0) {
            return fd;
        }
        // A link, a file or a socket where a directory or a file was a moment ago.
        boolean replaced = fd == -Errno.ELOOP || fd == -Errno.ENOTDIR || fd == -Errno.ENXIO;
        throw replaced
                ? new FileFaultException(Fault.REPLACED, Errno.name(-fd))
                : FileFaultException.ofErrno(-fd);
    }

    byte[] rawName() {
        return name;
    }
}

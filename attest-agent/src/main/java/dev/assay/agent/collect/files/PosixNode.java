package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A name in a directory that is held by its descriptor.
final class PosixNode implements FoundNode {
    private static final byte[] NONE = new byte[0];

    private final Posix posix;
    private final Boundaries boundaries;
    private final int directory;
    private final byte[] name;
    private final Bytes shown;
    private final NodePath path;
    private @Nullable FileStat stat;

    /// @param shown the same bytes as `name`
    PosixNode(
            Posix posix,
            Boundaries boundaries,
            int directory,
            byte[] name,
            Bytes shown,
            NodePath path) {
        this.posix = posix;
        this.boundaries = boundaries;
        this.directory = directory;
        this.name = name;
        this.shown = shown;
        this.path = path;
    }

    /// The root of a walk, by its own descriptor.
    static PosixNode root(Posix posix, Boundaries boundaries, int fd, NodePath path) {
        return new PosixNode(posix, boundaries, fd, NONE, Bytes.EMPTY, path);
    }

    @Override
    public NodePath path() {
        return path;
    }

    @Override
    public Bytes name() {
        return shown;
    }

    @Override
    public FileStat stat() throws FileFaultException {
        if (stat == null) {
            posix.about(path);
            FileStat found = posix.glance(directory, name);
            if (name.length > 0) {
                boundaries.requireMeasurable(posix, directory, name, found);
            }
            stat = boundaries.isRootServed() ? posix.stat(directory, name) : found;
        }
        return stat;
    }

    @Override
    public boolean hasHonestTimes() throws FileFaultException {
        return boundaries.hasHonestTimes(stat().device());
    }

    @Override
    public Bytes target() throws FileFaultException {
        return Bytes.copyOf(posix.about(path).readLink(directory, name));
    }

    @Override
    public SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted)
            throws FileFaultException {
        return ExtendedAttributes.read(
                () -> posix.about(path).listAttributes(directory, name),
                attribute -> posix.attribute(directory, name, attribute),
                wanted);
    }

    @Override
    public OpenFile open() throws FileFaultException {
        FileStat before = stat();
        if (before.kind() != Kind.FILE) {
            throw new IllegalStateException("only regular files are opened");
        }
        int flags = Posix.O_RDONLY | Posix.O_NONBLOCK | Posix.O_NOCTTY;
        int fd = openNoFollow(posix.about(path), directory, name, flags);
        return PosixFile.of(posix, fd, before, path);
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

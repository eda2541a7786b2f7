package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Opens one regular file below a root, name by name and through no link. What stands there is
/// looked at through a descriptor that opens nothing, and that very thing is then opened for
/// reading: a device that is swapped in at any moment is never touched, a FIFO never waited for.
public final class OneFile {
    private static final byte[] ITSELF = new byte[0];

    private OneFile() {}

    /// The first bytes of one file, to tell a person what it is; empty where it cannot be opened or
    /// read.
    public static Optional<Bytes> start(Path root, NodePath relative, int maxBytes) {
        try (OpenFile file = open(root, relative)) {
            return Optional.of(file.start(maxBytes));
        } catch (FileFaultException e) {
            return Optional.empty();
        }
    }

    /// @throws FileFaultException also where it is no regular file, or lies on a filesystem that is
    ///   not the host's own storage
    public static OpenFile open(Path root, NodePath relative) throws FileFaultException {
        Posix posix = Posix.mine();
        int flags = Posix.O_PATH | Posix.O_CLOEXEC;
        int fd = require(posix.openPath(PosixWalk.rawPath(root), flags | Posix.O_DIRECTORY));
        List<Bytes> segments = relative.segments();
        try {
            for (int i = 0; i < segments.size(); i++) {
                int folder = i < segments.size() - 1 ? Posix.O_DIRECTORY : 0;
                byte[] name = segments.get(i).toArray();
                int next = require(posix.open(fd, name, flags | Posix.O_NOFOLLOW | folder));
                posix.close(fd);
                fd = next;
                requireOwnStorage(posix.filesystemType(fd));
            }
            return reopen(posix, fd, relative);
        } finally {
            posix.close(fd);
        }
    }

    private static OpenFile reopen(Posix posix, int seen, NodePath path) throws FileFaultException {
        FileStat before = posix.stat(seen, ITSELF);
        if (before.kind() != Kind.FILE) {
            throw new FileFaultException(
                    Fault.REPLACED, "a " + before.kind().wire() + ", no regular file");
        }
        int flags = Posix.O_RDONLY | Posix.O_NONBLOCK | Posix.O_NOCTTY | Posix.O_CLOEXEC;
        byte[] link = Listing.ascii("/proc/self/fd/" + seen);
        return PosixFile.of(posix, require(posix.openPath(link, flags)), before, path);
    }

    private static void requireOwnStorage(long filesystemType) throws FileFaultException {
        Optional<String> reason = Filesystems.reasonToLeaveOut(filesystemType);
        if (reason.isPresent()) {
            throw new FileFaultException(Fault.LEFT_OUT, reason.get());
        }
    }

    private static int require(int fd) throws FileFaultException {
        if (fd >= 0) {
            return fd;
        }
        boolean link = fd == -Errno.ELOOP || fd == -Errno.ENOTDIR;
        throw link
                ? new FileFaultException(Fault.REPLACED, "a link in its path")
                : FileFaultException.ofErrno(-fd);
    }
}

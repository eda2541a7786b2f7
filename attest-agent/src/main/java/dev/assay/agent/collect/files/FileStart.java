package dev.assay.agent.collect.files;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Looks at the first bytes of one file below a root, name by name and through no link: to tell a
/// person what an added file is. Not for measuring.
public final class FileStart {
    private FileStart() {}

    /// Empty where it is no regular file, or not there, or may not be read.
    public static Optional<Bytes> read(Path root, NodePath relative, int maxBytes) {
        List<Bytes> segments = relative.segments();
        if (segments.isEmpty()) {
            return Optional.empty();
        }
        Posix posix = new Posix();
        int flags = Posix.O_RDONLY | Posix.O_NONBLOCK | Posix.O_NOCTTY | Posix.O_CLOEXEC;
        int fd = posix.openPath(FileWalk.rawPath(root), flags | Posix.O_DIRECTORY);
        for (int i = 0; i < segments.size() && fd >= 0; i++) {
            byte[] name = segments.get(i).toArray();
            boolean last = i == segments.size() - 1;
            boolean open = !last || isFile(posix, fd, name);
            int next =
                    open
                            ? posix.open(
                                    fd,
                                    name,
                                    flags | Posix.O_NOFOLLOW | (last ? 0 : Posix.O_DIRECTORY))
                            : -1;
            posix.close(fd);
            fd = next;
        }
        if (fd < 0) {
            return Optional.empty();
        }
        try {
            byte[] start = new byte[maxBytes];
            int length = posix.read(fd, 0, start, maxBytes);
            return Optional.of(Bytes.copyOf(start, 0, length));
        } catch (FileFaultException e) {
            return Optional.empty();
        } finally {
            posix.close(fd);
        }
    }

    private static boolean isFile(Posix posix, int directory, byte[] name) {
        try {
            return posix.stat(directory, name).kind() == Kind.FILE;
        } catch (FileFaultException e) {
            return false;
        }
    }
}

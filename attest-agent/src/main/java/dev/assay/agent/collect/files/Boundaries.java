package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Knows by the filesystem's device number whether what lies on it is measured; asks fstatfs(2)
/// once for each number, through a descriptor that neither reads nor mounts anything.
final class Boundaries {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final String UPPER = "upperdir=";

    /// @param leftOut why nothing on it is measured; empty where it is
    /// @param honestTimes whether every change shows in a file's times
    private record Filesystem(Optional<String> leftOut, boolean honestTimes) {}

    private final Map<Long, Filesystem> filesystems = new ConcurrentHashMap<>();
    private final boolean rootServed;

    /// @param root whatever it lies on is measured: it was asked for
    /// @param fd of the root
    Boundaries(Posix posix, FileStat root, int fd) throws FileFaultException {
        this.rootServed = server(root.device()).isPresent();
        boolean honest = !rootServed && !hidesChanges(posix, fd, root.device());
        filesystems.put(root.device(), new Filesystem(Optional.empty(), honest));
    }

    boolean hasHonestTimes(long device) {
        Filesystem filesystem = filesystems.get(device);
        return filesystem != null && filesystem.honestTimes();
    }

    /// Whether the root itself lies with a server: then what the kernel remembers may be old.
    boolean isRootServed() {
        return rootServed;
    }

    /// Why what a server serves is left out, by the mount table: fstatfs(2) would ask the server,
    /// which may never answer, and the walk would hang with the host silent.
    private static Optional<String> server(long device) {
        return mounts(device).stream()
                .map(words -> words.subList(words.indexOf("-") + 1, words.size()))
                .flatMap(words -> Filesystems.server(words.getFirst()).stream())
                .findFirst();
    }

    /// The words of each line of the mount table that is of the device (proc(5), `mountinfo`).
    private static List<List<String>> mounts(long device) {
        String number = (device >>> 32) + ":" + (device & 0xffffffffL);
        try (Stream<String> lines = Files.lines(MOUNTS, StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> List.of(line.split(" ", -1)))
                    .filter(words -> words.size() > 2 && words.get(2).equals(number))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static boolean hidesChanges(Posix posix, int fd, long device)
            throws FileFaultException {
        long type = posix.filesystemType(fd);
        return Filesystems.isOverlay(type)
                ? !isWrittenToDisk(posix, device)
                : Filesystems.hidesChanges(type);
    }

    /// Of an overlay: whether its upper layer can be found and hides no changes. On a live image it
    /// is a tmpfs, and so are files that show the overlay's own type.
    private static boolean isWrittenToDisk(Posix posix, long device) throws FileFaultException {
        Optional<String> upper =
                superOptions(device)
                        .flatMap(options -> Stream.of(options.split(",", -1)))
                        .filter(option -> option.startsWith(UPPER))
                        .map(option -> option.substring(UPPER.length()))
                        .findFirst();
        if (upper.isEmpty()) {
            return false;
        }
        int flags = Posix.O_PATH | Posix.O_DIRECTORY | Posix.O_CLOEXEC;
        int fd = posix.openPath(upper.get().getBytes(StandardCharsets.ISO_8859_1), flags);
        if (fd < 0) {
            return false;
        }
        try {
            long type = posix.filesystemType(fd);
            return !Filesystems.isOverlay(type) && !Filesystems.hidesChanges(type);
        } finally {
            posix.close(fd);
        }
    }

    private static Stream<String> superOptions(long device) {
        return mounts(device).stream()
                .filter(words -> words.size() > words.indexOf("-") + 3)
                .map(words -> words.get(words.indexOf("-") + 3));
    }

    void requireMeasurable(Posix posix, int directory, byte[] name, FileStat stat)
            throws FileFaultException {
        Filesystem filesystem = filesystems.get(stat.device());
        if (filesystem == null) {
            filesystem = ask(posix, directory, name, stat);
            filesystems.put(stat.device(), filesystem);
        }
        if (filesystem.leftOut().isPresent()) {
            throw new FileFaultException(Fault.LEFT_OUT, filesystem.leftOut().get());
        }
    }

    private Filesystem ask(Posix posix, int directory, byte[] name, FileStat stat)
            throws FileFaultException {
        Optional<String> served = server(stat.device());
        if (served.isPresent()) {
            return new Filesystem(served, false);
        }
        int fd = posix.open(directory, name, Posix.O_PATH | Posix.O_NOFOLLOW | Posix.O_CLOEXEC);
        if (fd < 0) {
            throw FileFaultException.ofErrno(-fd);
        }
        try {
            if (!posix.stat(fd, new byte[0]).isSameThing(stat)) {
                throw new FileFaultException(Fault.REPLACED, "replaced while it was looked at");
            }
            return new Filesystem(
                    Filesystems.reasonToLeaveOut(posix.filesystemType(fd)),
                    !hidesChanges(posix, fd, stat.device()));
        } finally {
            posix.close(fd);
        }
    }
}

package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Knows by the filesystem's device number whether what lies on it is measured; asks fstatfs(2)
/// once for each number, through a descriptor that neither reads nor mounts anything.
final class Boundaries {
    private final Posix posix;
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private final Map<Long, Optional<String>> reasons = new HashMap<>();
    private final boolean rootServed;

    /// @param root whatever it lies on is measured: it was asked for
    Boundaries(Posix posix, FileStat root) {
        this.posix = posix;
        reasons.put(root.device(), Optional.empty());
        this.rootServed = server(root.device()).isPresent();
    }

    /// Whether the root itself lies with a server: then what the kernel remembers may be old.
    boolean isRootServed() {
        return rootServed;
    }

    /// Why what a server serves is left out, by the mount table: fstatfs(2) would ask the server,
    /// which may never answer, and the walk would hang with the host silent.
    private static Optional<String> server(long device) {
        String number = (device >>> 32) + ":" + (device & 0xffffffffL);
        try (Stream<String> lines = Files.lines(MOUNTS, StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> List.of(line.split(" ", -1)))
                    .filter(words -> words.size() > 2 && words.get(2).equals(number))
                    .map(words -> words.subList(words.indexOf("-") + 1, words.size()))
                    .flatMap(words -> Filesystems.server(words.getFirst()).stream())
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    void requireMeasurable(int directory, byte[] name, FileStat stat) throws FileFaultException {
        Optional<String> reason = reasons.get(stat.device());
        if (reason == null) {
            reason = ask(directory, name, stat);
            reasons.put(stat.device(), reason);
        }
        if (reason.isPresent()) {
            throw new FileFaultException(Fault.LEFT_OUT, reason.get());
        }
    }

    private Optional<String> ask(int directory, byte[] name, FileStat stat)
            throws FileFaultException {
        Optional<String> served = server(stat.device());
        if (served.isPresent()) {
            return served;
        }
        int fd = posix.open(directory, name, Posix.O_PATH | Posix.O_NOFOLLOW | Posix.O_CLOEXEC);
        if (fd < 0) {
            throw FileFaultException.ofErrno(-fd);
        }
        try {
            if (!posix.stat(fd, new byte[0]).isSameThing(stat)) {
                throw new FileFaultException(Fault.REPLACED, "replaced while it was looked at");
            }
            return Filesystems.reasonToLeaveOut(posix.filesystemType(fd));
        } finally {
            posix.close(fd);
        }
    }
}

package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Knows by the filesystem's device number whether what lies on it is measured; asks fstatfs(2)
/// once for each number, through a descriptor that neither reads nor mounts anything.
final class Boundaries {
    private final Posix posix;
    private final Map<Long, Optional<String>> reasons = new HashMap<>();

    /// @param root whatever it lies on is measured: it was asked for
    Boundaries(Posix posix, FileStat root) {
        this.posix = posix;
        reasons.put(root.device(), Optional.empty());
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

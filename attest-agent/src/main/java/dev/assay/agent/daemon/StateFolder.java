package dev.assay.agent.daemon;

import dev.assay.agent.log.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The agent's folder, of mode 0700, held by one agent at a time: two of them would interleave
/// their sequence numbers and look like a copied key.
public final class StateFolder implements AutoCloseable {
    private static final EventLog LOG = EventLog.of(StateFolder.class);
    private static final Set<String> VOLATILE = Set.of("tmpfs", "ramfs", "rootfs");
    private static final Set<PosixFilePermission> FOR_OTHERS =
            PosixFilePermissions.fromString("---rwxrwx");

    private final Path folder;
    private final FileLock lock;

    private StateFolder(Path folder, FileLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /// @param mayBeVolatile whether the host's key may be lost with the next reboot
    public static StateFolder open(Path folder, boolean mayBeVolatile)
            throws StartException, IOException {
        if (!mayBeVolatile) {
            requirePersistent(folder);
        }
        PrivateFiles.createFolder(folder);
        if (Files.getPosixFilePermissions(folder).stream().anyMatch(FOR_OTHERS::contains)) {
            throw StartException.ofState(folder + " can be used by others: chmod 700 it");
        }
        requireOwn(folder);
        StateFolder state = new StateFolder(folder, lock(folder));
        PrivateFiles.createFolder(state.baselines());
        PrivateFiles.createFolder(state.manifests());
        return state;
    }

    /// Who owns the folder can put another key into it, whatever the mode of the one that is there:
    /// a folder that was made beforehand, in a place where others may make one, is theirs.
    private static void requireOwn(Path folder) throws StartException, IOException {
        Object owner = Files.getAttribute(folder, "unix:uid");
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!owner.equals(self)) {
            throw StartException.ofState(
                    folder + " is owned by user " + owner + ", not by " + self + ": chown it");
        }
    }

    private static FileLock lock(Path folder) throws StartException, IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve("lock"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException sameProcess) {
            LOG.warn("state-folder-busy", "folder", folder);
        }
        channel.close();
        throw StartException.ofState(folder + " is in use by another agent: stop that one first");
    }

    /// A key in memory is a new host after each reboot, and a new host cannot prove that it is the
    /// old one restored.
    private static void requirePersistent(Path folder) throws StartException, IOException {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        String type = Files.getFileStore(there).type();
        if (VOLATILE.contains(type)) {
            throw StartException.ofUsage(
                    folder
                            + " is on "
                            + type
                            + " and would not survive a reboot: choose another --state, or say"
                            + " --ephemeral-identity");
        }
    }

    Path hostKey() {
        return folder.resolve("host.key");
    }

    Path enrolment() {
        return folder.resolve("enrolment.json");
    }

    Path trustRoot() {
        return folder.resolve("trust-root.json");
    }

    Path sequence() {
        return folder.resolve("sequence.json");
    }

    /// Of orders that were obeyed.
    public Path resets() {
        return folder.resolve("resets.json");
    }

    Path baselines() {
        return folder.resolve("baselines");
    }

    Path manifests() {
        return folder.resolve("manifests");
    }

    Path result() {
        return folder.resolve("result.json");
    }

    Path resultToken() {
        return folder.resolve("result.jwt");
    }

    /// A small document of this folder; empty where there is none or it is damaged, which is
    /// logged.
    static <T> Optional<T> read(Path file, Class<T> type, int maxBytes) throws IOException {
        try {
            if (Files.size(file) > maxBytes) {
                throw new MalformedInputException("it is too long");
            }
            return Optional.of(Json.parse(Bytes.copyOf(Files.readAllBytes(file)), type, maxBytes));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (MalformedInputException e) {
            LOG.warn("state-file-damaged", "file", file, "reason", e);
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        lock.acquiredBy().close();
    }
}

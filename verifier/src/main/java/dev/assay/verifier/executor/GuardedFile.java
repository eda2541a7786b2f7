package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Files that say what runs on the verifier and with which secrets. They belong to the verifier's
/// user or to root, and nobody else writes them: who could would run commands as the verifier and
/// restart any host.
public final class GuardedFile {
    private static final Set<PosixFilePermission> FOR_OTHERS =
            PosixFilePermissions.fromString("---rwxrwx");
    private static final Set<PosixFilePermission> WRITE_FOR_OTHERS =
            PosixFilePermissions.fromString("----w--w-");
    private static final Path OWN_PROCESS = Path.of("/proc/self");

    private GuardedFile() {}

    /// @throws IOException with the file and the reason, fit to print
    public static Bytes readSettings(Path file, int maxBytes) throws IOException {
        requireNobodyElse(file, WRITE_FOR_OTHERS, "written by others: chmod go-w it");
        return read(file, maxBytes);
    }

    /// @throws IOException also where others can read it; with the file and the reason, never the
    ///   content
    public static Bytes readSecret(Path file, int maxBytes) throws IOException {
        requireNobodyElse(
                file, FOR_OTHERS, "used by others: chmod 600 it, or make a new secret if they did");
        return read(file, maxBytes);
    }

    /// @throws IOException where it cannot be run, or others could put another in its place
    static void requireProgram(Path file) throws IOException {
        if (!file.isAbsolute()) {
            throw new IOException(
                    file + " is no absolute path: which program runs would be left to PATH");
        }
        requireNobodyElse(file, WRITE_FOR_OTHERS, "written by others: chmod go-w it");
        if (!Files.isExecutable(file)) {
            throw new IOException(file + " cannot be executed");
        }
    }

    private static void requireNobodyElse(
            Path file, Set<PosixFilePermission> refused, String otherwise) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is not there, or no file");
        }
        if (Files.getPosixFilePermissions(file).stream().anyMatch(refused::contains)) {
            throw new IOException(file + " can be " + otherwise);
        }
        int owner = (Integer) Files.getAttribute(file, "unix:uid");
        if (owner != 0 && owner != (Integer) Files.getAttribute(OWN_PROCESS, "unix:uid")) {
            throw new IOException(file + " belongs neither to root nor to the verifier's user");
        }
    }

    private static Bytes read(Path file, int maxBytes) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(maxBytes + 1);
            if (content.length > maxBytes) {
                throw new IOException(file + " has more than " + maxBytes + " bytes");
            }
            return Bytes.copyOf(content);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " is not there", e);
        }
    }
}

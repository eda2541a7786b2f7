package dev.assay.verifier.store;

import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.GoldenFile;
import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.fleet.ManifestArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Manifests as files named by their digest. A file appears whole, after it is on disk, and before
/// any row speaks of it.
public final class ManifestFolder implements ManifestArchive {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Path folder;

    /// Removes what a crash left half received.
    public ManifestFolder(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        try (var left = Files.newDirectoryStream(folder, "*.incoming")) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }

    @Override
    public Path receive(InputStream in, long maxBytes) throws IOException, MalformedInputException {
        Path file = Files.createTempFile(folder, "golden-", ".incoming");
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long left = maxBytes;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                left -= read;
                if (left < 0) {
                    throw new MalformedInputException(
                            "golden file has more than " + maxBytes + " bytes");
                }
                out.write(buffer, 0, read);
            }
            return file;
        } catch (IOException | MalformedInputException e) {
            discard(file);
            throw e;
        }
    }

    @Override
    public void discard(Path received) {
        try {
            Files.deleteIfExists(received);
        } catch (IOException e) {
            // The next start removes it.
            return;
        }
    }

    @Override
    public void keep(GoldenFile file, ManifestReference reference) throws IOException {
        Path target = path(reference);
        if (Files.exists(target)) {
            return;
        }
        Path incoming = Files.createTempFile(folder, "manifest-", ".incoming");
        try (InputStream in = file.packedManifest();
                FileChannel channel = FileChannel.open(incoming, StandardOpenOption.WRITE)) {
            in.transferTo(Channels.newOutputStream(channel));
            channel.force(true);
        }
        Files.move(incoming, target, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public InputStream open(ManifestReference reference) throws IOException {
        return Files.newInputStream(path(reference));
    }

    private Path path(ManifestReference reference) {
        return folder.resolve(reference.sha256().hex() + ".jsonl.gz");
    }
}

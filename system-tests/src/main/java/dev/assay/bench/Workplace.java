package dev.assay.bench;

import dev.assay.rig.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A temporary folder that goes whatever happens.
final class Workplace implements AutoCloseable {
    private final Path folder;

    /// @param parent where it lies
    Workplace(Path parent) throws IOException {
        folder = Files.createTempDirectory(parent, "assay-bench");
        Runtime.getRuntime().addShutdownHook(new Thread(this::remove));
    }

    Path folder() {
        return folder;
    }

    private void remove() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("assay: could not remove " + folder + ": " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        Folders.delete(folder);
    }
}

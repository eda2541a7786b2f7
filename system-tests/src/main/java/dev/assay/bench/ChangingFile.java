package dev.assay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The one file below the root that is ours to change; it is there while we measure, so that no
/// file of anybody else is touched.
final class ChangingFile implements AutoCloseable {
    private static final String NAME = ".assay-bench";

    private final Path file;
    private final boolean ours;
    private int times;

    /// @throws IOException where somebody else has a file of its name
    ChangingFile(Path root) throws IOException {
        file = root.resolve(NAME);
        ours = Files.isWritable(root);
        if (ours) {
            Files.createFile(file);
            Runtime.getRuntime().addShutdownHook(new Thread(this::remove));
            rewrite();
        }
    }

    void rewrite() throws IOException {
        times++;
        Files.writeString(file, "rewritten " + times + " times\n");
    }

    private void remove() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("assay: could not remove " + file + ": " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        if (ours) {
            Files.deleteIfExists(file);
        }
    }
}

package dev.assay.bench;

import dev.assay.rig.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// A tree of files that nobody else has: the same each time, by the number of the file.
final class GeneratedTree implements AutoCloseable {
    private static final int FILES_PER_FOLDER = 200;
    private static final int FOLDERS_PER_FOLDER = 100;
    private static final int MAX_BLOCK_BYTES = 1 << 20;

    private final Path root;
    private final Sizes sizes;
    private int files;
    private long bytes;

    /// @param root does not exist yet
    GeneratedTree(Path root, Sizes sizes) throws IOException {
        this.root = Files.createDirectories(root);
        this.sizes = sizes;
    }

    /// How large the files are.
    enum Sizes {
        /// 1 KiB on average, as the scripts and headers of an image are.
        SMALL,

        /// As an image's files are: most are small, most bytes lie in a few large ones; 40,000 of
        /// them have 2 GB.
        IMAGE;

        int of(int file, SplittableRandom random) {
            return switch (this) {
                case SMALL -> random.nextInt(64, 1984);
                case IMAGE ->
                        file % 1000 == 0
                                ? 16 << 20
                                : file % 25 == 0
                                        ? random.nextInt(200 << 10, 600 << 10)
                                        : random.nextInt(64, 36 << 10);
            };
        }
    }

    Path root() {
        return root;
    }

    int files() {
        return files;
    }

    long bytes() {
        return bytes;
    }

    /// Writes files until there are `wanted`.
    void growTo(int wanted, Progress progress) throws IOException {
        for (; files < wanted; files++) {
            if (files % 10_000 == 0) {
                progress.tell("writing files: %,d of %,d".formatted(files, wanted));
            }
            Path folder = folder(files);
            if (files % FILES_PER_FOLDER == 0) {
                Files.createDirectories(folder);
            }
            write(folder.resolve("file-" + files), new SplittableRandom(files));
        }
        progress.tell("");
    }

    Path file(int number) {
        return folder(number).resolve("file-" + number);
    }

    private Path folder(int file) {
        int number = file / FILES_PER_FOLDER;
        return root.resolve("part-" + number / FOLDERS_PER_FOLDER).resolve("folder-" + number);
    }

    private void write(Path file, SplittableRandom random) throws IOException {
        int size = sizes.of(files, random);
        byte[] block = new byte[Math.min(size, MAX_BLOCK_BYTES)];
        try (var out = Files.newOutputStream(file)) {
            for (int written = 0; written < size; written += block.length) {
                random.nextBytes(block);
                out.write(block, 0, Math.min(block.length, size - written));
            }
        }
        bytes += size;
    }

    @Override
    public void close() throws IOException {
        Folders.delete(root);
    }
}

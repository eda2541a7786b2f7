package dev.assay.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// How much there is to be read, on the root's own filesystem.
///
/// @param files regular ones
/// @param nodes with everything else that has a name
record TreeSize(long files, long nodes, long bytes) {
    static TreeSize of(Path root) throws IOException {
        Counting counting = new Counting(device(root));
        Files.walkFileTree(root, counting);
        return new TreeSize(counting.files, counting.nodes, counting.bytes);
    }

    private static Object device(Path path) throws IOException {
        return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    }

    private static final class Counting extends SimpleFileVisitor<Path> {
        private final Object device;
        private long files;
        private long nodes;
        private long bytes;

        Counting(Object device) {
            this.device = device;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
            nodes++;
            return device(folder).equals(device)
                    ? FileVisitResult.CONTINUE
                    : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            nodes++;
            if (attributes.isRegularFile()) {
                files++;
                bytes += attributes.size();
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}

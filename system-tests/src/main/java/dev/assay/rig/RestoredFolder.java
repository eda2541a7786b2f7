package dev.assay.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// A copy of a folder that is made the same as the folder again and again, with all attributes that
/// tell a golden file from another. What neither side has changed since the last time, by inode and
/// ctime, is left alone: an image has thousands of files, and an intruder touches three.
final class RestoredFolder {
    private final Path original;
    private final Path place;
    private final Map<Path, Stamps> known = new HashMap<>();

    RestoredFolder(Path original, Path place) {
        this.original = original;
        this.place = place;
    }

    private record Stamps(Map<String, Object> original, Map<String, Object> copy) {}

    void restore() throws IOException {
        restore(Path.of(""));
    }

    private void restore(Path path) throws IOException {
        Path from = original.resolve(path);
        Path to = place.resolve(path);
        boolean isFolder = Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS);
        boolean isSame = isSame(path);
        if (!isSame) {
            // A folder whose entries changed goes with all that is below it.
            Folders.delete(to);
            Files.copy(from, to, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
        }
        if (isFolder) {
            try (Stream<Path> entries = Files.list(from)) {
                for (Path entry : entries.toList()) {
                    restore(original.relativize(entry));
                }
            }
        }
        if (isFolder || !isSame) {
            known.put(path, stamps(path));
        }
    }

    private boolean isSame(Path path) throws IOException {
        Stamps last = known.get(path);
        return last != null
                && Files.exists(place.resolve(path), LinkOption.NOFOLLOW_LINKS)
                && stamps(path).equals(last);
    }

    private Stamps stamps(Path path) throws IOException {
        return new Stamps(stamp(original.resolve(path)), stamp(place.resolve(path)));
    }

    private static Map<String, Object> stamp(Path path) throws IOException {
        return Files.readAttributes(path, "unix:dev,ino,ctime", LinkOption.NOFOLLOW_LINKS);
    }
}

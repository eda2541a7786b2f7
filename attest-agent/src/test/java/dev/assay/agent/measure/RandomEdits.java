package dev.assay.agent.measure;

import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Changes a tree at random, and tells of each change as a watcher would: by the names under which
/// something came, went or was written, at the moment it happened.
final class RandomEdits {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "etc", "log", "tmp", "x");

    private final RandomGenerator random;
    private final Path root;
    private final Path outside;
    private final List<String> done = new ArrayList<>();
    private Dirty dirty = new Dirty();

    /// @param outside a directory on the same filesystem that is not measured
    RandomEdits(RandomGenerator random, Path root, Path outside) {
        this.random = random;
        this.root = root;
        this.outside = outside;
    }

    /// What was done since the last call.
    Dirty take() {
        Dirty taken = dirty;
        dirty = new Dirty();
        done.clear();
        return taken;
    }

    @Override
    public String toString() {
        return done.toString();
    }

    void edit() throws IOException {
        switch (random.nextInt(14)) {
            case 0, 1 -> write(name(directory()));
            case 2 -> append(any());
            case 3 -> remove(any());
            case 4 -> makeDirectory(name(directory()));
            case 5, 6 -> rename(any(), name(directory()));
            case 7 -> mode(any());
            case 8 -> replace(any());
            case 9 -> link(name(directory()));
            case 10 -> bringIn(name(directory()));
            case 11 -> awayAndBack(any());
            case 12 -> forgeTime(any());
            case 13 -> exchange(any(), any());
            default -> throw new AssertionError();
        }
    }

    private void write(Path file) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        tell("write", file);
        Files.deleteIfExists(file);
        Files.writeString(file, "content " + random.nextInt(5));
    }

    private void append(Path file) throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            tell("append", file);
            Files.writeString(file, "more", StandardOpenOption.APPEND);
        }
    }

    private void remove(Path path) throws IOException {
        if (!path.equals(root)) {
            tell("remove", path);
            removeAll(path);
        }
    }

    private void makeDirectory(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            tell("mkdir", directory);
            Files.createDirectory(directory);
        }
    }

    private void rename(Path from, Path to) throws IOException {
        if (from.equals(root) || to.startsWith(from) || from.startsWith(to)) {
            return;
        }
        removeAll(to);
        tell("rename from", from);
        tell("rename to", to);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private void mode(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return;
        }
        Set<PosixFilePermission> mode =
                PosixFilePermissions.fromString(random.nextBoolean() ? "rwxr-x---" : "rwxr-xr-x");
        tell("chmod", path);
        Files.setPosixFilePermissions(path, mode);
    }

    /// A directory by a file or a file by a directory, which may become the old one again.
    private void replace(Path path) throws IOException {
        if (path.equals(root)) {
            return;
        }
        boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        tell("replace", path);
        removeAll(path);
        if (directory) {
            Files.writeString(path, "was a directory");
        } else {
            Files.createDirectory(path);
            Files.writeString(path.resolve("within"), "was a file");
        }
    }

    private void link(Path link) throws IOException {
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            tell("link", link);
            Files.createSymbolicLink(link, Path.of(NAMES.get(random.nextInt(NAMES.size()))));
        }
    }

    /// A filled directory from where nobody looks: only its new name is told of.
    private void bringIn(Path to) throws IOException {
        Path made = Files.createTempDirectory(outside, "in");
        Files.createDirectories(made.resolve("deep/deeper"));
        Files.writeString(made.resolve("deep/deeper/file"), "brought " + random.nextInt(5));
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (root.startsWith(to)) {
            return;
        }
        removeAll(to);
        tell("bring in", to);
        Files.move(made, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /// What is written while a directory has another name is told of under that name.
    private void awayAndBack(Path path) throws IOException {
        if (path.equals(root) || !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path away = random.nextBoolean() ? outside.resolve("away") : root.resolve("away");
        tell("away", path);
        Files.move(path, away, StandardCopyOption.ATOMIC_MOVE);
        for (Path below : all(away)) {
            if (Files.isRegularFile(below, LinkOption.NOFOLLOW_LINKS) && random.nextBoolean()) {
                if (away.startsWith(root)) {
                    tell("append away", below);
                }
                Files.writeString(below, "away", StandardOpenOption.APPEND);
            }
        }
        if (away.startsWith(root)) {
            tell("away as", away);
        }
        tell("back", path);
        Files.move(away, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Other content of the same length under the old time.
    private void forgeTime(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) == 0) {
            return;
        }
        tell("forge", file);
        FileTime modified = Files.getLastModifiedTime(file);
        byte[] content = Files.readAllBytes(file);
        content[0]++;
        Files.write(file, content);
        Files.setLastModifiedTime(file, modified);
    }

    private void exchange(Path one, Path other) throws IOException {
        if (one.startsWith(other) || other.startsWith(one)) {
            return;
        }
        tell("exchange", one);
        tell("exchange", other);
        Path between = outside.resolve("between");
        Files.move(one, between, StandardCopyOption.ATOMIC_MOVE);
        Files.move(other, one, StandardCopyOption.ATOMIC_MOVE);
        Files.move(between, other, StandardCopyOption.ATOMIC_MOVE);
    }

    private void tell(String what, Path path) {
        NodePath node = CompiledScope.FILES;
        for (Path name : root.relativize(path)) {
            if (!name.toString().isEmpty()) {
                node = node.child(name.toString());
            }
        }
        done.add(what + " " + node);
        dirty.add(node);
    }

    private Path name(Path directory) {
        return directory.resolve(NAMES.get(random.nextInt(NAMES.size())));
    }

    private Path directory() throws IOException {
        List<Path> directories =
                all(root).stream()
                        .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                        .toList();
        return directories.get(random.nextInt(directories.size()));
    }

    private Path any() throws IOException {
        List<Path> all = all(root);
        return all.get(random.nextInt(all.size()));
    }

    private static List<Path> all(Path top) throws IOException {
        try (Stream<Path> paths = Files.walk(top)) {
            return paths.sorted().toList();
        }
    }

    private static void removeAll(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            for (Path each : all(path).reversed()) {
                Files.delete(each);
            }
        }
    }
}

package dev.assay.storm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// What programs and intruders do to files, one thing at a time and at random.
final class Gusts {
    private static final int MAX_REMOVED = 40;
    private static final int NAMES = 30;
    private static final List<String> MODES = List.of("rwxr-xr-x", "rw-r--r--", "rw-------");

    private final RandomGenerator random;
    private final StormTree tree;
    private final List<String> done = new ArrayList<>();
    private int made;

    Gusts(RandomGenerator random, StormTree tree) {
        this.random = random;
        this.tree = tree;
    }

    /// What was done since the last call.
    List<String> take() {
        List<String> taken = List.copyOf(done);
        done.clear();
        return taken;
    }

    void blow() throws IOException {
        switch (random.nextInt(14)) {
            case 0, 1 -> overwrite(file());
            case 2 -> append(file());
            case 3 -> mode(random.nextInt(4) == 0 ? folder() : file());
            case 4 -> rename(file(), newName(folder()));
            case 5 -> rename(folder(), newName(folder()));
            case 6 -> remove(file());
            case 7 -> remove(folder());
            case 8 -> map(file());
            case 9 -> replace(file());
            case 10 -> link(file(), newName(folder()));
            case 11 -> makeFolder(newName(folder()));
            case 12 -> awayAndBack(folder());
            case 13 -> symlink(newName(folder()));
            default -> throw new AssertionError();
        }
    }

    private void overwrite(Path file) throws IOException {
        tell("overwrite", file);
        Files.writeString(file, "overwritten " + random.nextInt(5));
    }

    private void append(Path file) throws IOException {
        tell("append to", file);
        Files.writeString(file, "more", StandardOpenOption.APPEND);
    }

    private void mode(Path path) throws IOException {
        tell("chmod", path);
        Files.setPosixFilePermissions(
                path,
                PosixFilePermissions.fromString(
                        Files.isDirectory(path)
                                ? "rwxr-x--x"
                                : MODES.get(random.nextInt(MODES.size()))));
    }

    private void rename(Path from, Path to) throws IOException {
        if (to.startsWith(from) || isOfTheScope(from)) {
            return;
        }
        tell("rename", from);
        tell("to", to);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Folders that rules name stay, so that every class has something in it.
    private boolean isOfTheScope(Path folder) {
        return Stream.of(
                        StormTree.IMMUTABLE,
                        StormTree.METADATA,
                        StormTree.DATA_ONLY,
                        StormTree.ROTATING,
                        StormTree.UNMEASURED)
                .anyMatch(name -> tree.root().resolve(name).startsWith(folder));
    }

    private void remove(Path path) throws IOException {
        List<Path> all = walk(path);
        if (isOfTheScope(path) || all.size() > MAX_REMOVED) {
            return;
        }
        tell("remove", path);
        for (Path each : all.reversed()) {
            Files.delete(each);
        }
    }

    /// The kernel tells of it when the last of file and mapping is closed.
    private void map(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0) {
            return;
        }
        tell("map", file);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment;
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
            }
            segment.set(ValueLayout.JAVA_BYTE, random.nextLong(size), (byte) random.nextInt());
        }
    }

    void replace(Path file) throws IOException {
        tell("replace", file);
        Path beside = file.resolveSibling("replacing-" + made++);
        Files.writeString(beside, "replaced " + random.nextInt());
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void link(Path file, Path to) throws IOException {
        tell("link", file);
        tell("as", to);
        Files.createLink(to, file);
    }

    private void symlink(Path path) throws IOException {
        tell("symlink", path);
        Files.createSymbolicLink(path, Path.of("file-" + random.nextInt(NAMES)));
    }

    /// Made where nobody looks: only its new name is told of.
    private void makeFolder(Path to) throws IOException {
        tell("bring in", to);
        Path away = newName(tree.root().resolve(StormTree.UNMEASURED));
        Files.createDirectories(away.resolve("deep"));
        for (int i = random.nextInt(1, 12); i > 0; i--) {
            Files.writeString(away.resolve("deep/file-" + i), "brought " + random.nextInt());
        }
        Files.move(away, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /// What is written meanwhile is written where nobody looks.
    private void awayAndBack(Path folder) throws IOException {
        if (isOfTheScope(folder)) {
            return;
        }
        tell("take away and change and bring back", folder);
        Path away = newName(tree.root().resolve(StormTree.UNMEASURED));
        Files.move(folder, away, StandardCopyOption.ATOMIC_MOVE);
        for (Path below : walk(away)) {
            if (Files.isRegularFile(below, LinkOption.NOFOLLOW_LINKS) && random.nextInt(3) == 0) {
                Files.writeString(below, "away", StandardOpenOption.APPEND);
            }
        }
        Files.move(away, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    /// As a package manager does it: most files of all packages, each beside and renamed.
    ///
    /// @return how many
    int upgrade() throws IOException {
        int count = 0;
        done.add("upgrade");
        for (Path file : walk(tree.root().resolve(StormTree.IMMUTABLE))) {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && random.nextInt(10) > 0) {
                Path beside = file.resolveSibling(file.getFileName() + ".new");
                Files.writeString(beside, "upgraded " + random.nextInt());
                Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
                count++;
            }
        }
        return count;
    }

    /// More events than a kernel's queue holds: each of another name.
    void flood(int names) throws IOException {
        done.add("flood of " + names);
        Path folder = tree.root().resolve(StormTree.IMMUTABLE);
        Path file = Files.writeString(folder.resolve("flood-0"), "flood");
        for (int i = 1; i <= names; i++) {
            Path next = folder.resolve("flood-" + i);
            Files.move(file, next, StandardCopyOption.ATOMIC_MOVE);
            file = next;
        }
        Files.delete(file);
    }

    /// The very bytes that are there, without ever cutting the file.
    void rewriteTheSame(Path file) throws IOException {
        tell("rewrite the same", file);
        Files.write(file, Files.readAllBytes(file), StandardOpenOption.WRITE);
    }

    /// Other content, and then the old again.
    void changeAndRestore(Path file) throws IOException {
        tell("change and restore", file);
        byte[] content = Files.readAllBytes(file);
        Files.writeString(file, "something else");
        Files.write(file, content);
    }

    /// Other content of the same length under the old time.
    void forgeModified(Path file) throws IOException {
        tell("forge", file);
        byte[] content = Files.readAllBytes(file);
        FileTime modified = Files.getLastModifiedTime(file);
        if (content.length > 0) {
            content[0]++;
        }
        Files.write(file, content);
        Files.setLastModifiedTime(file, modified);
    }

    /// An immutable file of a package.
    Path packaged() throws IOException {
        List<Path> files =
                walk(tree.root().resolve(StormTree.IMMUTABLE)).stream()
                        .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                        .toList();
        return files.get(random.nextInt(files.size()));
    }

    private Path file() throws IOException {
        List<Path> files =
                walk(tree.root()).stream()
                        .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                        .toList();
        return files.get(random.nextInt(files.size()));
    }

    private Path folder() throws IOException {
        List<Path> folders =
                walk(tree.root()).stream()
                        .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                        .toList();
        return folders.get(random.nextInt(folders.size()));
    }

    private Path newName(Path folder) {
        made++;
        return folder.resolve((random.nextBoolean() ? "new-" : "new.log-") + made);
    }

    private void tell(String what, Path path) {
        done.add(what + " " + tree.root().relativize(path));
    }

    private static List<Path> walk(Path top) throws IOException {
        try (Stream<Path> all = Files.walk(top)) {
            return all.sorted(Comparator.naturalOrder()).toList();
        }
    }
}

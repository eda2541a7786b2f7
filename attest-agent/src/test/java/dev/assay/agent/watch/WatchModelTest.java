package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.watch.Watcher.Means;
import dev.assay.fixture.Seed;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whoever looks only at what is told, when it is told, ends up knowing the tree as it is.
final class WatchModelTest {
    private static final int CHANGES = 3_000;
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    @TempDir Path folder;

    private final SortedMap<String, String> known = new TreeMap<>();
    private int looks;
    private int losses;

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void whatIsKnownFromHintsIsWhatIsThere(Means means) throws Exception {
        Random seeds = Seed.random("watch model");
        Path root = Files.createDirectory(folder.resolve("root"));
        try (Watched watched = Watched.open(root, means)) {
            List<Thread> writers =
                    Stream.of(new Random(seeds.nextLong()), new Random(seeds.nextLong()))
                            .map(random -> Thread.ofPlatform().start(() -> change(root, random)))
                            .toList();
            boolean writing = true;
            Hints hints = Hints.NONE;
            while (writing || !hints.isEmpty()) {
                writing = writers.stream().anyMatch(Thread::isAlive);
                hints = watched.watcher.await(Duration.ofMillis(300));
                if (hints.lost()) {
                    losses++;
                    look(root, NodePath.of("fs"));
                }
                for (Hint hint : hints.changed()) {
                    look(root, hint.path());
                }
            }
        }
        SortedMap<String, String> told = new TreeMap<>(known);
        known.clear();
        look(root, NodePath.of("fs"));
        told.remove("");
        known.remove("");
        System.out.printf(
                "%s: %d changes, %d nodes, %d looks, all lost %d times%n",
                means, 2 * CHANGES, known.size(), looks, losses);
        assertThat(known).isNotEmpty();
        assertThat(told).isEqualTo(known);
    }

    /// As a partial measurement does: the node, and all below where it is a directory.
    private void look(Path root, NodePath path) {
        looks++;
        String below = path.toString().equals("fs") ? "" : path.toString().substring(3);
        known.keySet().removeIf(each -> each.equals(below) || each.startsWith(below + "/"));
        if (below.isEmpty()) {
            known.clear();
        }
        Path node = below.isEmpty() ? root : root.resolve(below);
        if (!Files.exists(node, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> found = Files.walk(node)) {
            found.forEach(each -> known.put(root.relativize(each).toString(), state(each)));
        } catch (IOException | UncheckedIOException e) {
            // It changes under the look, which is told too.
            assertThat(e instanceof UncheckedIOException u ? u.getCause() : e)
                    .isInstanceOf(FileSystemException.class);
        }
    }

    private static String state(Path path) {
        try {
            String mode =
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
            return mode + (Files.isDirectory(path) ? " directory" : " " + Files.readString(path));
        } catch (IOException e) {
            return "gone";
        }
    }

    private static void change(Path root, Random random) {
        for (int i = 0; i < CHANGES; i++) {
            try {
                change(root, random, i);
            } catch (FileSystemException | UncheckedIOException e) {
                // The other writer was there first.
                Thread.onSpinWait();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void change(Path root, Random random, int i) throws IOException {
        Path one = pick(root, random);
        Path other = pick(root, random);
        switch (random.nextInt(8)) {
            case 0, 1 -> Files.createDirectories(one);
            case 2 -> Files.writeString(one, "w" + i);
            case 3 -> Files.writeString(one, "a" + i, StandardOpenOption.APPEND);
            case 4 -> Files.deleteIfExists(one);
            case 5, 6 -> Files.move(one, other, StandardCopyOption.ATOMIC_MOVE);
            default ->
                    Files.setPosixFilePermissions(
                            one,
                            PosixFilePermissions.fromString(
                                    random.nextBoolean() ? "rwxr-xr-x" : "rwx------"));
        }
    }

    private static Path pick(Path root, Random random) {
        Path path = root;
        for (int depth = random.nextInt(4); depth >= 0; depth--) {
            path = path.resolve(NAMES.get(random.nextInt(NAMES.size())));
        }
        return path;
    }
}

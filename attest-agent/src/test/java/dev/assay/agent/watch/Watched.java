package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.watch.Watcher.Means;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// A folder that is watched, and what was told of it.
final class Watched implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    final Path root;
    final Watcher watcher;
    final List<Hint> hints = new ArrayList<>();
    boolean lost;

    private Watched(Path root, Watcher watcher) {
        this.root = root;
        this.watcher = watcher;
    }

    /// Whoever removes directories on the same filesystem meanwhile brings this about.
    static final String BUSY = "what others did on this filesystem meant that all is looked at";

    static Watched open(Path root, Means means) {
        return open(root, means, path -> true);
    }

    /// Where the host permits no less than the first, and something under the root no more than the
    /// second.
    static Watched open(Path root, Means strongest, Means expected) {
        return open(root, Watchers.open(root, Interest.of(path -> true), strongest), expected);
    }

    static Watched open(Path root, Means means, Predicate<NodePath> measured) {
        return open(root, Watchers.open(root, Interest.of(measured), means), means);
    }

    private static Watched open(Path root, Watcher watcher, Means expected) {
        if (watcher.means() != expected) {
            watcher.close();
        }
        assumeTrue(
                watcher.means() == expected,
                () -> expected + " refused: " + watcher.means() + watcher.weakness());
        return new Watched(root, watcher);
    }

    /// What is told from now on.
    void reset() {
        hints.clear();
        lost = false;
    }

    /// Waits until each was told; a directory stands for all below it.
    void requireTold(String... relative) throws InterruptedException {
        Set<NodePath> missing = new HashSet<>();
        for (String path : relative) {
            missing.add(NodePath.of(path.isEmpty() ? "fs" : "fs/" + path));
        }
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!missing.isEmpty() && System.nanoTime() < deadline) {
            take(Duration.ofMillis(500));
            missing.removeIf(path -> told().stream().anyMatch(path::startsWith));
            assumeTrue(missing.isEmpty() || !lost, BUSY);
        }
        assertThat(missing).as("not told; told were %s, lost %s", told(), lost).isEmpty();
    }

    void take(Duration atMost) throws InterruptedException {
        Hints taken = watcher.await(atMost);
        hints.addAll(taken.changed());
        lost |= taken.lost();
    }

    Set<NodePath> told() {
        Set<NodePath> told = new HashSet<>();
        hints.forEach(hint -> told.add(hint.path()));
        return told;
    }

    /// Runs a program of a shell, which can write names that are no text.
    void shell(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("bash", "-ec", script)
                        .directory(root.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", script, output).isZero();
    }

    @Override
    public void close() {
        watcher.close();
    }
}

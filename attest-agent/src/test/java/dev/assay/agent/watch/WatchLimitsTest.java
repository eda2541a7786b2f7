package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.watch.KernelWatcher.Limits;
import dev.assay.agent.watch.Watcher.Means;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is done where something has an end: the queue, the watches, the root itself.
final class WatchLimitsTest {
    private static final Interest ALL = Interest.of(path -> true);

    @TempDir Path folder;

    private void fill(int files) throws Exception {
        for (int i = 0; i < files; i++) {
            Files.createFile(folder.resolve("many/f" + i));
        }
        Files.createDirectory(folder.resolve("many/late"));
    }

    /// Nobody reads the queue while it fills.
    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void queueThatRunsOverMeansThatAllIsLost(Means means) throws Exception {
        Files.createDirectory(folder.resolve("many"));
        Syscalls calls = new Syscalls();
        int table = calls.openForReading(MountView.table(folder));
        try (Source source = openAlone(calls, means)) {
            MountView view = MountView.read(calls, folder, table, ALL);
            assumeTrue(source.cover(view, view.watched()).isEmpty(), means + " is refused");
            fill(20_000);
            Pending pending = new Pending(100_000);
            assertThat(source.drain(pending)).as("remembered paths are forgotten").isTrue();
            assertThat(pending.await(Duration.ofSeconds(1)).lost()).isTrue();
            source.drain(pending);
            pending.await(Duration.ofMillis(300));
            // What appeared while nothing was heard is watched since.
            Files.writeString(folder.resolve("many/late/file"), "x");
            source.drain(pending);
            assertThat(pending.await(Duration.ofSeconds(1)).changed())
                    .extracting(hint -> hint.path().toString())
                    .containsExactly("fs/many/late/file");
        } finally {
            calls.close(table);
        }
    }

    private static Source openAlone(Syscalls calls, Means means) {
        Source source =
                means == Means.FANOTIFY
                        ? Fanotify.open(calls, ALL)
                        : Inotify.open(calls, ALL, Inotify.MAX_WATCHES);
        assumeTrue(source != null, means + " is refused");
        return Objects.requireNonNull(source);
    }

    @Test
    void moreDirectoriesThanWatchesMeansPollingThatSaysWhy() throws Exception {
        for (int i = 0; i < 20; i++) {
            Files.createDirectories(folder.resolve("d" + i + "/e"));
        }
        try (Watcher watcher =
                KernelWatcher.open(folder, ALL, Means.INOTIFY, new Limits(100, 10))) {
            assertThat(watcher.means()).isEqualTo(Means.POLLING);
            assertThat(watcher.weakness().orElseThrow()).contains("more than 10 directories");
            assertThat(watcher.await(Duration.ofMillis(10)).lost()).isTrue();
            assertThat(watcher.await(Duration.ofMillis(10)).lost()).isTrue();
        }
    }

    @Test
    void watchesThatRunOutLaterMeanPollingToo() throws Exception {
        try (Watcher watcher =
                KernelWatcher.open(folder, ALL, Means.INOTIFY, new Limits(100, 10))) {
            assumeTrue(watcher.means() == Means.INOTIFY, () -> "refused: " + watcher.weakness());
            for (int i = 0; i < 20; i++) {
                Files.createDirectories(folder.resolve("d" + i + "/e"));
            }
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (watcher.means() != Means.POLLING && System.nanoTime() < deadline) {
                watcher.await(Duration.ofMillis(20));
            }
            assertThat(watcher.weakness().orElseThrow()).contains("more than 10 directories");
            watcher.await(Duration.ofMillis(300));
            assertThat(watcher.await(Duration.ofMillis(10)).lost()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void rootThatIsTakenAwayMeansPollingAndNoFault(Means means) throws Exception {
        Path root = Files.createDirectory(folder.resolve("root"));
        try (Watched watched = Watched.open(root, means)) {
            Files.move(root, folder.resolve("elsewhere"));
            watched.take(Duration.ofSeconds(10));
            while (watched.watcher.means() != Means.POLLING) {
                watched.take(Duration.ofMillis(20));
            }
            assertThat(watched.watcher.weakness()).isPresent();
            watched.reset();
            watched.take(Duration.ofMillis(50));
            watched.reset();
            watched.take(Duration.ofMillis(50));
            assertThat(watched.lost).isTrue();
        }
    }

    @Test
    void writeByAHardLinkThatIsNotMeasuredMeansThatAllIsLookedAt(@TempDir Path outside)
            throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path scratch = Files.writeString(outside.resolve("scratch"), "x");
        try (Watched watched = Watched.open(folder, Means.FANOTIFY)) {
            // Known not to matter, until it is another file.
            Files.writeString(scratch, "y");
            Files.createLink(outside.resolve("link"), file);
            watched.shell("mv " + outside.resolve("link") + " " + scratch);
            watched.take(Duration.ofMillis(200));
            assumeTrue(!watched.lost, Watched.BUSY);
            watched.reset();
            Files.writeString(scratch, "z", StandardOpenOption.APPEND);
            watched.take(Duration.ofSeconds(10));
            assertThat(watched.lost).isTrue();
        }
        assertThat(file).hasContent("xz");
    }

    @Test
    void watcherThatIsClosedEndsItsWaits() throws Exception {
        Watched watched = Watched.open(folder, Means.FANOTIFY);
        CompletableFuture<Hints> waiting = new CompletableFuture<>();
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        waiting.complete(
                                                watched.watcher.await(Duration.ofMinutes(5)));
                                    } catch (InterruptedException e) {
                                        waiting.completeExceptionally(e);
                                    }
                                });
        watched.close();
        watched.close();
        assertThat(waiting.get(1, TimeUnit.MINUTES).lost()).isTrue();
        waiter.join();
        assertThat(watched.watcher.await(Duration.ofMillis(20)).lost()).isTrue();
    }

    @Test
    void rootThatIsNotThereMeansPolling() throws Exception {
        try (Watcher watcher = Watchers.open(folder.resolve("absent"), path -> true)) {
            assertThat(watcher.means()).isEqualTo(Means.POLLING);
            assertThat(watcher.await(Duration.ofMillis(10)).lost()).isTrue();
        }
    }
}

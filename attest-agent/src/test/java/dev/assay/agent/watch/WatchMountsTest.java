package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.watch.Watcher.Means;
import dev.assay.tree.NodePath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What mounts do to paths, in the mount table of another process.
final class WatchMountsTest {
    @TempDir Path folder;
    private MountNamespace namespace;

    @BeforeEach
    void open() throws Exception {
        namespace = MountNamespace.open();
    }

    @AfterEach
    void close() throws Exception {
        namespace.close();
    }

    private Watched watch(Means means) {
        return Watched.open(namespace.root().resolve(folder.toString().substring(1)), means);
    }

    private void run(String script) throws Exception {
        namespace.run("cd " + folder + "; " + script);
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void writeOutsideIsToldByThePathThatTheBindMountShows(Means means, @TempDir Path outside)
            throws Exception {
        Files.createDirectories(outside.resolve("shown/deep"));
        Files.createDirectory(folder.resolve("point"));
        run("mount --bind " + outside.resolve("shown") + " point");
        try (Watched watched = watch(means)) {
            Files.writeString(outside.resolve("shown/deep/file"), "x");
            watched.requireTold("point/deep/file");
            assertThat(watched.told()).contains(NodePath.of("fs/point/deep/file"));
            watched.reset();
            Files.writeString(outside.resolve("hidden"), "x");
            watched.take(Duration.ofMillis(200));
            assertThat(watched.told()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void writeIsToldByBothPathsOfABindMountWithin(Means means) throws Exception {
        Files.createDirectories(folder.resolve("a/deep"));
        Files.createDirectory(folder.resolve("b"));
        run("mount --bind a b");
        try (Watched watched = watch(means)) {
            Files.writeString(folder.resolve("a/deep/file"), "x");
            watched.requireTold("a/deep/file", "b/deep/file");
        }
    }

    @Test
    void fileThatIsBoundIsToldWhenItIsWrittenByItsOtherName(@TempDir Path outside)
            throws Exception {
        Path file = Files.writeString(outside.resolve("hosts"), "x");
        Files.writeString(folder.resolve("hosts"), "");
        run("mount --bind " + file + " hosts");
        try (Watched watched = watch(Means.FANOTIFY)) {
            Files.writeString(file, "y");
            watched.requireTold("hosts");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void renameAboveWhatABindMountShowsChangesNoPathOfIt(Means means, @TempDir Path outside)
            throws Exception {
        Files.createDirectories(outside.resolve("one/shown/deep"));
        Files.createDirectory(folder.resolve("point"));
        run("mount --bind " + outside.resolve("one/shown") + " point");
        try (Watched watched = watch(means)) {
            Files.move(outside.resolve("one"), outside.resolve("two"));
            Files.writeString(outside.resolve("two/shown/deep/file"), "x");
            watched.requireTold("point/deep/file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void renameAboveAMountPointIsFollowed(Means means) throws Exception {
        Files.createDirectories(folder.resolve("one/point"));
        run("mount -t tmpfs none one/point; mkdir one/point/deep");
        try (Watched watched = watch(means)) {
            run("mv one two");
            watched.requireTold("one", "two");
            watched.take(Duration.ofMillis(200));
            watched.reset();
            run("echo x > two/point/deep/file");
            watched.requireTold("two/point/deep/file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void mountThatComesAndGoesIsToldAndWatchedAndNotHeld(Means means) throws Exception {
        Files.createDirectories(folder.resolve("point/beneath"));
        try (Watched watched = watch(means)) {
            run("mount -t tmpfs none point; mkdir point/a; echo x > point/a/file");
            watched.requireTold("point");
            watched.take(Duration.ofMillis(200));
            watched.reset();
            run("echo y > point/a/file");
            watched.requireTold("point/a/file");
            assertThat(watched.watcher.means()).isEqualTo(means);
            watched.take(Duration.ofMillis(200));
            watched.reset();
            run("umount point");
            watched.requireTold("point");
            watched.take(Duration.ofMillis(200));
            watched.reset();
            run("echo z > point/beneath/file");
            watched.requireTold("point/beneath/file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void modeOfTheRootOfAFilesystemIsTold(Means means) throws Exception {
        Files.createDirectories(folder.resolve("point"));
        run("mount -t tmpfs none point");
        try (Watched watched = watch(means)) {
            run("chmod 700 point");
            watched.requireTold("point");
            assertThat(watched.told()).containsExactly(NodePath.of("fs/point"));
        }
    }

    @Test
    void filesystemWithoutHandlesIsWatchedByInotify() throws Exception {
        run(
                "mkdir point tmp; mount -t tmpfs none tmp; mkdir tmp/lower tmp/upper tmp/work;"
                        + " mount -t overlay -o lowerdir=tmp/lower,upperdir=tmp/upper,workdir=tmp/work"
                        + " none point; mkdir point/deep");
        try (Watched watched = watch(Means.FANOTIFY, Means.INOTIFY)) {
            assertThat(watched.watcher.weakness().orElseThrow()).contains("point");
            run("echo x > point/deep/file; echo x > file");
            watched.requireTold("point/deep/file", "file");
        }
    }

    private Watched watch(Means strongest, Means expected) {
        return Watched.open(
                namespace.root().resolve(folder.toString().substring(1)), strongest, expected);
    }

    @Test
    void whatTheKernelMakesUpIsNeitherMarkedNorTold() throws Exception {
        run("mkdir point; mount -t proc none point");
        try (Watched watched = watch(Means.FANOTIFY)) {
            assertThat(watched.watcher.weakness()).isEmpty();
        }
    }

    /// Nothing of it is watched, and what it hides is gone from the host all the same.
    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void whatTheKernelMakesUpIsToldWhereItHidesSomething(Means means) throws Exception {
        Files.createDirectories(folder.resolve("point/beneath"));
        try (Watched watched = watch(means)) {
            run("mount -t proc none point");
            watched.requireTold("point");
            watched.take(Duration.ofMillis(200));
            watched.reset();
            run("umount point");
            watched.requireTold("point");
        }
    }

    /// What lies over it can be served by a program that never answers.
    @Test
    void mountThatAnotherOneHidesIsNotTouched() throws Exception {
        run("mkdir -p a/b/c; mount -t tmpfs none a/b; mkdir a/b/c; mount -t tmpfs none a/b/c");
        run("mount -t tmpfs none a/b; mkdir d; mount -t tmpfs none d");
        run("mkdir -p e/f; mount -t tmpfs none e/f; mount -t tmpfs none e");
        Path root = namespace.root().resolve(folder.toString().substring(1));
        Syscalls calls = new Syscalls();
        int table = calls.openForReading(MountView.table(root));

        MountView view = MountView.read(calls, root, table, Interest.of(path -> true));

        assertThat(view.watched().stream().map(view::start).map(view::node))
                .containsExactly(
                        NodePath.of("fs"),
                        NodePath.of("fs/a/b"),
                        NodePath.of("fs/d"),
                        NodePath.of("fs/e"));
        calls.close(table);
    }
}

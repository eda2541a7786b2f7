package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.watch.Watcher.Means;
import dev.assay.tree.NodePath;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each way to change something, by each means, on the real kernel.
final class WatchCorpusTest {
    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void createdFileIsTold(Means means) throws Exception {
        try (Watched watched = Watched.open(folder, means)) {
            Files.writeString(folder.resolve("new"), "x");
            watched.requireTold("new");
            assertThat(watched.lost).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void writtenFileIsToldWhileItIsStillOpen(Means means) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Watched watched = Watched.open(folder, means);
                FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
            open.write(StandardCharsets.UTF_8.encode("y"));
            watched.requireTold("file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void appendIsTold(Means means) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Watched watched = Watched.open(folder, means)) {
            Files.writeString(file, "y", StandardOpenOption.APPEND);
            watched.requireTold("file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void truncationIsTold(Means means) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Watched watched = Watched.open(folder, means);
                RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(0);
            watched.requireTold("file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void modeIsTold(Means means) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Watched watched = Watched.open(folder, means)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
            watched.requireTold("file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void modeOfDirectoryIsTold(Means means) throws Exception {
        Path directory = Files.createDirectory(folder.resolve("directory"));
        try (Watched watched = Watched.open(folder, means)) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            watched.requireTold("directory");
            assertThat(watched.told()).doesNotContain(NodePath.of("fs"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void modeOfTheRootIsTold(Means means) throws Exception {
        try (Watched watched = Watched.open(folder, means)) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            watched.requireTold("");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void ownerIsTold(Means means) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Watched watched = Watched.open(folder, means)) {
            watched.shell("chown $(id -u) file");
            watched.requireTold("file");
        }
        assertThat(file).exists();
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void extendedAttributeIsTold(Means means) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Watched watched = Watched.open(folder, means)) {
            Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                    .write("note", StandardCharsets.UTF_8.encode("x"));
            watched.requireTold("file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void renameWithinIsToldByBothNames(Means means) throws Exception {
        Files.createDirectories(folder.resolve("a"));
        Files.createDirectories(folder.resolve("b"));
        Path file = Files.writeString(folder.resolve("a/file"), "x");
        try (Watched watched = Watched.open(folder, means)) {
            Files.move(file, folder.resolve("b/other"));
            watched.requireTold("a/file", "b/other");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void renameInAndOutIsTold(Means means, @TempDir Path outside) throws Exception {
        Path mine = Files.writeString(folder.resolve("mine"), "x");
        Path theirs = Files.writeString(outside.resolve("theirs"), "x");
        try (Watched watched = Watched.open(folder, means)) {
            Files.move(mine, outside.resolve("mine"), StandardCopyOption.ATOMIC_MOVE);
            Files.move(theirs, folder.resolve("theirs"), StandardCopyOption.ATOMIC_MOVE);
            watched.requireTold("mine", "theirs");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void replacementByRenameIsTold(Means means) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Watched watched = Watched.open(folder, means)) {
            Path next = Files.writeString(folder.resolve(".file.new"), "y");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            watched.requireTold("file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void removalIsTold(Means means) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Watched watched = Watched.open(folder, means)) {
            Files.delete(file);
            watched.requireTold("file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void filesInDirectoriesThatAppearAtOnceAreTold(Means means) throws Exception {
        try (Watched watched = Watched.open(folder, means)) {
            watched.shell(
                    "for i in 1 2 3 4 5 6 7 8 9; do"
                            + " mkdir -p d$i/a/b/c/d/e; echo x > d$i/a/b/c/d/e/file; done");
            watched.requireTold("d1/a/b/c/d/e/file", "d9/a/b/c/d/e/file");
            watched.take(Duration.ofMillis(100));
            watched.reset();
            watched.shell("echo y >> d5/a/b/c/d/e/file");
            watched.requireTold("d5/a/b/c/d/e/file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void writeBelowDirectoryThatWasRenamedIsToldByItsNewPath(Means means) throws Exception {
        Files.createDirectories(folder.resolve("old/a/b"));
        Files.writeString(folder.resolve("old/a/b/file"), "x");
        try (Watched watched = Watched.open(folder, means)) {
            Files.writeString(folder.resolve("old/a/b/file"), "y");
            watched.requireTold("old/a/b/file");
            Files.move(folder.resolve("old"), folder.resolve("new"));
            watched.requireTold("old", "new");
            watched.take(Duration.ofMillis(100));
            watched.reset();
            Files.writeString(folder.resolve("new/a/b/file"), "z");
            watched.requireTold("new/a/b/file");
            assertThat(watched.told()).allMatch(path -> path.toString().startsWith("fs/new/a/b"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void directoryThatIsMovedToAndFroWhileItIsWrittenIsTold(Means means) throws Exception {
        Files.createDirectories(folder.resolve("x/a"));
        try (Watched watched = Watched.open(folder, means)) {
            watched.shell(
                    "for i in $(seq 50); do mv x y; echo $i > y/a/file$i; mv y x;"
                            + " echo $i >> x/a/last; done; mv x z; echo end > z/a/end");
            watched.requireTold("z/a/end", "z/a/file50", "z/a/last");
            watched.take(Duration.ofMillis(100));
            watched.reset();
            watched.shell("echo more >> z/a/file7");
            watched.requireTold("z/a/file7");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void namesThatAreNoTextKeepTheirBytes(Means means) throws Exception {
        try (Watched watched = Watched.open(folder, means)) {
            watched.shell("mkdir $'d\\xfe'; echo x > $'d\\xfe/f\\xff\\x01'");
            watched.requireTold("d%FE/f%FF%01");
            watched.take(Duration.ofMillis(100));
            watched.reset();
            watched.shell("echo y > $'d\\xfe/f\\xff\\x01'");
            watched.requireTold("d%FE/f%FF%01");
            assertThat(watched.told()).contains(NodePath.of("fs/d%FE/f%FF%01"));
        }
    }

    /// The kernel tells of a mapping only when it is gone and the file is closed.
    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void writeThroughMappingIsToldWhenTheFileIsClosed(Means means) throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[4096]);
        try (Watched watched = Watched.open(folder, means)) {
            try (Arena arena = Arena.ofConfined();
                    FileChannel open =
                            FileChannel.open(
                                    file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                MemorySegment mapping = open.map(FileChannel.MapMode.READ_WRITE, 0, 4096, arena);
                mapping.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
                mapping.force();
            }
            watched.requireTold("file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void whatIsNotMeasuredIsNotTold(Means means) throws Exception {
        Path log = Files.createDirectory(folder.resolve("log"));
        try (Watched watched =
                Watched.open(folder, means, path -> !path.toString().startsWith("fs/log"))) {
            for (int i = 0; i < 100; i++) {
                Files.writeString(log.resolve("messages" + i % 7), "x");
            }
            Files.writeString(folder.resolve("file"), "x");
            watched.requireTold("file");
            assertThat(watched.told()).containsExactly(NodePath.of("fs/file"));
            assertThat(watched.lost).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void oneWriteIsToldOnceAndSoon(Means means) throws Exception {
        try (Watched watched = Watched.open(folder, means)) {
            Files.writeString(folder.resolve("file"), "x");
            Hints hints = watched.watcher.await(Duration.ofSeconds(10));
            assertThat(hints.changed()).hasSize(1);
            assertThat(watched.watcher.await(Duration.ofMillis(300)).isEmpty()).isTrue();
        }
    }
}

package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.watch.Watcher.Means;
import dev.assay.tree.NodePath;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The ways in which the root that is measured is named.
final class WatchRootTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"/,FANOTIFY", "/,INOTIFY", "/proc/1/root,FANOTIFY", "/proc/1/root,INOTIFY"})
    void wholeHostIsWatched(Path root, Means means) throws Exception {
        String inHost = folder.toRealPath().toString().substring(1);
        NodePath wanted = NodePath.of("fs/" + inHost);
        try (Watched watched =
                Watched.open(
                        root, means, path -> path.startsWith(wanted) || wanted.startsWith(path))) {
            Files.createDirectories(folder.resolve("deep"));
            Files.writeString(folder.resolve("deep/file"), "x");
            watched.requireTold(inHost + "/deep/file");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void rootBehindALinkIsWatched(Means means) throws Exception {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        try (Watched watched = Watched.open(link, means)) {
            Files.writeString(real.resolve("file"), "x");
            watched.requireTold("file");
            assertThat(watched.told()).contains(NodePath.of("fs/file"));
        }
    }

    /// As the kernel tells paths: what only begins alike is another folder.
    @Test
    void folderWhoseNameBeginsLikeTheRootsIsNotTold() throws Exception {
        Path root = Files.createDirectory(folder.resolve("root"));
        Path other = Files.createDirectory(folder.resolve("root2"));
        try (Watched watched = Watched.open(root, Means.FANOTIFY)) {
            Files.writeString(other.resolve("file"), "x");
            Files.writeString(root.resolve("mine"), "x");
            watched.requireTold("mine");
            assertThat(watched.told()).containsExactly(NodePath.of("fs/mine"));
        }
    }
}

package dev.assay.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.rig.GoldenImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Two copies of one source are one root: nothing of where, when or in which order they were
/// written is in it.
class RootIT {
    @TempDir private Path folder;

    @AfterEach
    void removeTheCopies() throws IOException {
        new HostFolder(folder.resolve("first")).clear();
        new HostFolder(folder.resolve("second")).clear();
    }

    @Test
    void copiesAtDifferentTimesOnDifferentInodesHaveOneRoot() throws Exception {
        Path first = GoldenImage.copyOf(Path.of("/"), folder.resolve("first")).disk();
        Path second = copyInAnotherOrder(first);
        Path sample;
        try (var files = Files.walk(first)) {
            sample = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        Path same = second.resolve(first.relativize(sample));
        assertThat(inode(same)).isNotEqualTo(inode(sample));
        assertThat(Files.getLastModifiedTime(same)).isNotEqualTo(Files.getLastModifiedTime(sample));
        JsonNode one = measure(first);
        JsonNode two = measure(second);
        assertThat(two.get("digest")).isEqualTo(one.get("digest"));
        assertThat(two.get("subtrees")).isEqualTo(one.get("subtrees"));
        assertThat(one.get("files").asLong()).isGreaterThan(1000);
        assertThat(one.get("digest").asString()).hasSize(64);

        Files.writeString(same, "x");
        assertThat(measure(second).get("digest")).isNotEqualTo(one.get("digest"));
    }

    /// By tar, sorted the other way round, with other times of files and folders.
    private Path copyInAnotherOrder(Path first) throws Exception {
        Path second = Files.createDirectories(folder.resolve("second"));
        String copy =
                "set -e; cd \"$0\"; find . -mindepth 1 | sort -r | tr '\\n' '\\0'"
                        + " | tar --create --null --no-recursion --files-from=- --xattrs"
                        + " | tar --extract --directory \"$1\" --same-permissions --xattrs"
                        + " --xattrs-include='*' --delay-directory-restore";
        Process process =
                new ProcessBuilder("sh", "-c", copy, first.toString(), second.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        FileTime old = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));
        Files.walkFileTree(
                second,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (attributes.isRegularFile()) {
                            Files.setLastModifiedTime(file, old);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return second;
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private static JsonNode measure(Path root) throws Exception {
        AgentRun run =
                AgentRun.agent(
                        List.of("measure", "--root", root.toString(), "--scope", "tree", "--json"));
        assertThat(run.exit()).as(run.err()).isZero();
        return run.json();
    }
}

package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.collect.files.PosixWalk;
import dev.assay.bytes.Bytes;
import dev.assay.scope.Facts;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Content that is changed on the block device below a filesystem: no time, no size and no inode
/// tells of it, and no watcher sees it.
final class ForgedTimesTest {
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final String GOLDEN = "golden-".repeat(1000);
    private static final String FORGED = "forged-".repeat(1000);
    private static final Digest KEY = Digest.ofContent(Bytes.utf8("this boot"));

    @TempDir private Path folder = Path.of("");
    private Path image;
    private Path root;
    private Path program;
    private Instant now = Instant.now().plus(Duration.ofHours(1));
    private long nanos;

    @BeforeEach
    void mount() throws Exception {
        image = folder.resolve("image");
        root = Files.createDirectory(folder.resolve("root"));
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(8 << 20);
        }
        assumeTrue(run("mkfs.ext4", "-q", "-F", image.toString()), "no ext4 can be made here");
        assumeTrue(
                run("mount", "-o", "loop", image.toString(), root.toString()),
                "nothing can be mounted here");
        program = Files.writeString(root.resolve("program"), GOLDEN);
        assertThat(run("sync", "-f", root.toString())).isTrue();
    }

    @AfterEach
    void unmount() throws Exception {
        if (program != null) {
            run("umount", root.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    private void forge() throws Exception {
        String blocks = Files.readString(image, StandardCharsets.ISO_8859_1);
        int at = blocks.indexOf(GOLDEN);
        assertThat(at).as("the program's place on the device").isPositive();
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(at);
            file.write(FORGED.getBytes(StandardCharsets.ISO_8859_1));
            file.getFD().sync();
        }
        assertThat(run("dd", "if=" + program, "iflag=nocache", "count=0")).isTrue();
    }

    private HostMemory.Measured measure(HostMemory memory) throws IOException {
        return memory.measure(
                KEY,
                Measurer.of(
                                CompiledScope.of(Measured.scope("fs immutable")),
                                List.of(),
                                Facts.NONE,
                                KernelSource.NONE)
                        .with(new PosixWalk(), 1, () -> now));
    }

    private static Digest root(HostMemory.Measured measured) {
        return measured.measurement().set().roots().total();
    }

    private void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    @Test
    void forgedContentEscapesAnIncrementalPassAndNotTheRollingRereading() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ForgedTimesTest seed " + seed);
        HostMemory memory =
                new HostMemory(
                        root,
                        null,
                        HostMemory.Start.AFRESH,
                        PERIOD,
                        () -> now,
                        new Random(seed),
                        () -> nanos);
        Digest golden = root(measure(memory));
        Map<String, Object> before = Files.readAttributes(program, "unix:*");
        forge();
        assertThat(Files.readString(program)).isEqualTo(FORGED);
        assertThat(Files.readAttributes(program, "unix:ctime,lastModifiedTime,ino,size"))
                .as("nothing tells of it")
                .allSatisfy((name, value) -> assertThat(value).isEqualTo(before.get(name)));

        // At the very time of the first one nothing is due to be read again.
        assertThat(root(measure(memory))).as("incremental").isEqualTo(golden);

        for (Duration time = Duration.ZERO;
                time.compareTo(PERIOD) <= 0;
                time = time.plusMinutes(1)) {
            pass(Duration.ofMinutes(1));
            if (!root(measure(memory)).equals(golden)) {
                return;
            }
        }
        throw new AssertionError("forged content was not found within the period, seed " + seed);
    }
}

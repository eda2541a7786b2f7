package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.collect.files.PosixWalk;
import dev.assay.scope.Facts;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An overlay's times are those of what it is made of: in memory, a file that was mapped once is
/// written without a trace.
final class OverlayTimesTest {
    @TempDir private Path folder = Path.of("");

    @AfterEach
    void unmount() throws Exception {
        run("umount -q root; umount -q layers; true");
    }

    private boolean run(String script) throws IOException, InterruptedException {
        return new ProcessBuilder("bash", "-ec", script)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private void mountOverlay() throws Exception {
        Path layers = folder.resolve("layers");
        assumeTrue(
                run(
                        "mkdir layers/lower layers/upper layers/work root; mount -t overlay -o"
                                + " lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work none root"
                                        .formatted(layers, layers, layers)),
                "no overlay can be mounted here");
        Files.writeString(folder.resolve("root/program"), "golden");
    }

    private Measurement measure(Pass pass) throws IOException {
        Instant later = Instant.now().plus(Duration.ofHours(1));
        return Measurer.of(
                        CompiledScope.of(Measured.scope("fs immutable")),
                        List.of(),
                        Facts.NONE,
                        KernelSource.NONE)
                .with(new PosixWalk(), 1, () -> later)
                .measure(folder.resolve("root"), pass, Progress.NONE);
    }

    private long bytesReadAgain() throws IOException {
        return measure(new Pass.Incremental(BothWalks.tree(measure(new Pass.Full())))).bytesRead();
    }

    @Test
    void whatLiesInMemoryBelowAnOverlayIsReadEachTime() throws Exception {
        assumeTrue(run("mkdir layers; mount -t tmpfs none layers"), "nothing can be mounted here");
        mountOverlay();

        assertThat(bytesReadAgain()).isEqualTo("golden".length());
    }

    @Test
    void whatLiesOnDiskBelowAnOverlayIsReadOnce() throws Exception {
        FileStore disk = Files.getFileStore(folder);
        assumeTrue(
                List.of("ext4", "xfs", "btrfs").contains(disk.type()),
                "temporary files lie on " + disk.type());
        assumeTrue(run("mkdir layers"));
        mountOverlay();

        assertThat(bytesReadAgain()).isZero();
    }
}

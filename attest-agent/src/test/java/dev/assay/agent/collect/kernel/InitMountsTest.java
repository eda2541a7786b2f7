package dev.assay.agent.collect.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class InitMountsTest {
    private static final Path MINE = Path.of("/proc/self/mountinfo");

    @Test
    void areSeenInTheSameNamespaceAlone() throws Exception {
        Process other =
                new ProcessBuilder("unshare", "-m", "bash", "-c", "echo ready; exec sleep 600")
                        .start();
        try {
            assumeTrue(
                    other.inputReader().readLine() != null,
                    "no mount namespace of its own is permitted");
            Path table = Path.of("/proc/" + other.pid() + "/mountinfo");
            assertThat(Files.readAllLines(table)).hasSameSizeAs(Files.readAllLines(MINE));
            assertThat(InitMounts.share(table, MINE)).isFalse();
            assertThat(InitMounts.share(table, table)).isTrue();
            assertThat(InitMounts.share(MINE, MINE)).isTrue();
        } finally {
            other.destroy();
            other.onExit().join();
        }
    }

    @Test
    void areNotDeniedWhereTheTableIsHidden() {
        assertThat(InitMounts.share(Path.of("/proc/no-such/mountinfo"), MINE)).isTrue();
    }
}

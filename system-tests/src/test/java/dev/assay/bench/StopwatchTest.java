package dev.assay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// On the real kernel.
final class StopwatchTest {
    private static final Path SILENCE = Path.of("/dev/null");

    private static Run run(Duration bound, String... command) throws Exception {
        try (Stopwatch stopwatch = new Stopwatch(bound)) {
            return stopwatch.run(List.of(command), SILENCE, SILENCE);
        }
    }

    @Test
    void exitCodeIsTheProgramsOwn() throws Exception {
        assertThat(run(Duration.ofMinutes(1), "sh", "-c", "exit 7").exit()).isEqualTo(7);
        assertThat(run(Duration.ofMinutes(1), "true").exit()).isZero();
    }

    @Test
    void oneThatTakesTooLongIsEnded() throws Exception {
        int killed = 128 + 9;
        assertThat(run(Duration.ofMillis(50), "sleep", "600").exit()).isEqualTo(killed);
    }

    // A child that this Java started would be told to have needed Java's own memory.
    @Test
    void memoryIsThatOfTheProgramAlone() throws Exception {
        assertThat(run(Duration.ofMinutes(1), "true").peakBytes()).isBetween(1L, 20L << 20);
    }

    @Test
    void workOfGrandchildrenCounts() throws Exception {
        String work = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        Run run = run(Duration.ofMinutes(1), "sh", "-c", "sh -c '" + work + "'; exit 0");
        assertThat(run.cpuSeconds()).isGreaterThan(0.01);
    }
}

package dev.assay.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.stub.TestClock;
import dev.assay.evidence.BootId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SequenceNumbersTest {
    @TempDir Path folder;
    private final TestClock clock = new TestClock(Instant.parse("2026-05-01T12:00:00Z"));
    private final BootId boot = new BootId(UUID.randomUUID().toString());

    private SequenceNumbers restarted() {
        return new SequenceNumbers(folder.resolve("sequence.json"), clock);
    }

    @Test
    void aBootBeginsAtOne() throws IOException {
        SequenceNumbers numbers = restarted();
        assertThat(numbers.next(boot)).isEqualTo(1);
        assertThat(numbers.next(boot)).isEqualTo(2);
        assertThat(numbers.next(new BootId(UUID.randomUUID().toString()))).isEqualTo(1);
    }

    @Test
    void noRestartRepeatsANumber() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Set<Long> used = new HashSet<>();
        long last = 0;
        for (int restart = 0; restart < 10; restart++) {
            SequenceNumbers numbers = restarted();
            for (int i = random.nextInt(2500); i >= 0; i--) {
                long next = numbers.next(boot);
                assertThat(next).isGreaterThan(last);
                assertThat(used.add(next)).isTrue();
                last = next;
            }
        }
    }

    @Test
    void aNumberIsReservedOnDiskBeforeItIsUsed() throws IOException {
        SequenceNumbers numbers = restarted();
        numbers.next(boot);
        assertThat(folder.resolve("sequence.json"))
                .content()
                .contains(boot.value())
                .contains(":" + SequenceNumbers.BLOCK);
    }

    @Test
    void aDamagedFileMakesTheBootGoOnAboveAllItCanHaveUsed() throws IOException {
        long used = restarted().next(boot);
        for (String damaged : List.of("", "{\"boot\"", "{}", "{\"boot\":\"x\",\"reserved\":5}")) {
            Files.writeString(folder.resolve("sequence.json"), damaged);
            clock.advance(Duration.ofMinutes(1));
            long next = restarted().next(boot);
            assertThat(next).isGreaterThan(used);
            used = next;
        }
    }

    @Test
    void aFolderRestoredFromABackupPassesWhatTheVerifierHasSeen() throws IOException {
        SequenceNumbers numbers = restarted();
        long before = numbers.next(boot);
        numbers.passReplay(boot);
        assertThat(numbers.next(boot)).isGreaterThan(before + 1_000_000);
        assertThat(restarted().next(boot)).isGreaterThan(before + 1_000_000);
    }

    @Test
    void aFullDiskDoesNotEndTheNumbers() throws IOException {
        TestClock now = new TestClock(Instant.parse("2026-05-01T12:00:00Z"));
        BootId boot = new BootId("01234567-89ab-cdef-0123-456789abcdef");
        Path nowhere = Path.of("/proc/self/no-file-can-be-made-here");
        SequenceNumbers numbers = new SequenceNumbers(nowhere, now);
        long first = numbers.next(boot);
        assertThat(numbers.next(boot)).isGreaterThan(first);
        now.advance(Duration.ofSeconds(1));
        assertThat(new SequenceNumbers(nowhere, now).next(boot)).isGreaterThan(first + 1);
    }
}

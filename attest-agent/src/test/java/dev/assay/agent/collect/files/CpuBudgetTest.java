package dev.assay.agent.collect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// With clocks of its own: work costs processor and wall time alike, sleep only the latter.
final class CpuBudgetTest {
    private static final long BLOCK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int BLOCKS = 1000;
    private static final long WORK_NANOS = BLOCKS * BLOCK_NANOS;

    private static final class FakeClocks implements CpuBudget.Clocks {
        private long wall;
        private long thread;
        private int sleeps;

        void work(long nanos) {
            wall += nanos;
            thread += nanos;
        }

        @Override
        public long wallNanos() {
            return wall;
        }

        @Override
        public long threadNanos() {
            return thread;
        }

        @Override
        public void sleep(long nanos) {
            sleeps++;
            wall += nanos;
        }
    }

    private final FakeClocks clocks = new FakeClocks();

    private void work(CpuBudget.Meter meter, int blocks) throws InterruptedException {
        for (int i = 0; i < blocks; i++) {
            clocks.work(BLOCK_NANOS);
            meter.pause();
        }
    }

    @Test
    void oneThreadTakesItsShareOfAllProcessors() throws InterruptedException {
        work(CpuBudget.of(0.1, 4, clocks).meter(), BLOCKS);
        assertThat(clocks.wall)
                .isBetween(
                        (long) (WORK_NANOS / 0.4) - 2 * CpuBudget.BURST_NANOS,
                        (long) (WORK_NANOS / 0.4) + CpuBudget.BURST_NANOS);
    }

    // What one has used, the other one has to wait for.
    @Test
    void twoThreadsTakeItTogether() throws InterruptedException {
        CpuBudget budget = CpuBudget.of(0.25, 1, clocks);
        CpuBudget.Meter one = budget.meter();
        for (int i = 0; i < BLOCKS / 2; i++) {
            work(one, 1);
            // The other thread's clock has not seen the first one's work.
            CpuBudget.Meter other = budget.meter();
            work(other, 1);
            clocks.thread -= BLOCK_NANOS;
        }
        assertThat(clocks.wall)
                .isBetween(
                        4 * WORK_NANOS - 2 * CpuBudget.BURST_NANOS,
                        4 * WORK_NANOS + CpuBudget.BURST_NANOS);
    }

    @Test
    void quietHourSavesNothingUp() throws InterruptedException {
        CpuBudget.Meter meter = CpuBudget.of(0.5, 1, clocks).meter();
        long hour = TimeUnit.HOURS.toNanos(1);
        clocks.wall += hour;
        work(meter, BLOCKS);
        assertThat(clocks.wall - hour)
                .isBetween(
                        2 * WORK_NANOS - 2 * CpuBudget.BURST_NANOS,
                        2 * WORK_NANOS + CpuBudget.BURST_NANOS);
    }

    @Test
    void whoMayTakeAllNeverSleeps() throws InterruptedException {
        work(CpuBudget.of(1, 1, clocks).meter(), BLOCKS);
        assertThat(clocks.sleeps).isZero();
    }

    @Test
    void threadThatIsBelowItsShareNeverSleeps() throws InterruptedException {
        CpuBudget.Meter meter = CpuBudget.of(0.5, 1, clocks).meter();
        for (int i = 0; i < BLOCKS; i++) {
            clocks.wall += 2 * BLOCK_NANOS;
            work(meter, 1);
        }
        assertThat(clocks.sleeps).isZero();
    }

    @Test
    void clockOfTheRealThreadGoesForward() throws InterruptedException {
        CpuBudget.Meter meter = CpuBudget.of(0.99).meter();
        meter.pause();
        meter.pause();
    }

    @Test
    void shareOfNothingIsRefused() {
        for (double share : new double[] {0, -1, 1.01, Double.NaN}) {
            assertThatIllegalArgumentException().isThrownBy(() -> CpuBudget.of(share));
        }
    }
}

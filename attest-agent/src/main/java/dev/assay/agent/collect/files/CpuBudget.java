package dev.assay.agent.collect.files;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.assay.agent.libc.Kernel;
import dev.assay.agent.libc.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Lets the threads of a measurement take at most a share of the machine's processors together, by
/// sleeping between blocks. Each thread has a {@link Meter} of its own and tells it after each
/// block; what all have used pushes one horizon into the future, and who is before it sleeps.
///
/// A pause does not save up: after a quiet hour there is no hour of full speed, only {@link
/// #BURST_NANOS}.
public final class CpuBudget {
    static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /// Shorter ones cost more than they save, so they are saved up.
    private static final long LEAST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /// What it asks, so that a test has a clock of its own.
    interface Clocks {
        /// Of the wall, from any begin.
        long wallNanos();

        /// Of the processor, of the calling thread.
        long threadNanos();

        void sleep(long nanos) throws InterruptedException;
    }

    private final Clocks clocks;
    private final boolean unlimited;

    /// Processors that may be busy at once, as 0.5 for half of one.
    private final double processors;

    /// Wall time at which what was used is paid for.
    private final AtomicLong horizon;

    private CpuBudget(double share, int processors, Clocks clocks) {
        if (!(share > 0 && share <= 1) || processors < 1) {
            throw new IllegalArgumentException(
                    "a share lies in (0, 1] of at least one processor: " + share);
        }
        this.clocks = clocks;
        this.unlimited = share == 1;
        this.processors = share * processors;
        this.horizon = new AtomicLong(clocks.wallNanos());
    }

    /// @param share of all processors together, in (0, 1]; 1 never sleeps
    /// @throws IllegalArgumentException for another
    public static CpuBudget of(double share) {
        return of(share, Runtime.getRuntime().availableProcessors(), new KernelClocks());
    }

    static CpuBudget of(double share, int processors, Clocks clocks) {
        return new CpuBudget(share, processors, clocks);
    }

    /// For the calling thread, whose work counts from now on.
    public Meter meter() {
        return new Meter();
    }

    /// One thread's. No other thread may use it.
    public final class Meter {
        private long seen = unlimited ? 0 : clocks.threadNanos();

        private Meter() {}

        /// Says that a block is done; sleeps as long as the budget wants.
        public void pause() throws InterruptedException {
            if (unlimited) {
                return;
            }
            long used = clocks.threadNanos();
            long cost = (long) ((used - seen) / processors);
            seen = used;
            long now = clocks.wallNanos();
            long paid =
                    horizon.updateAndGet(
                            before -> Math.max(before - now, -BURST_NANOS) + now + cost);
            long wait = paid - now;
            if (wait >= LEAST_SLEEP_NANOS) {
                clocks.sleep(wait);
            }
        }
    }

    /// clock_gettime(2), because asking the JDK for a thread's time loads its management beans.
    private static final class KernelClocks implements Clocks {
        private static final int CLOCK_THREAD_CPUTIME_ID = 3;

        @Override
        public long wallNanos() {
            return System.nanoTime();
        }

        @Override
        public long threadNanos() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment time = arena.allocate(16, 8);
                long answer =
                        Kernel.mine()
                                .call(
                                        SystemCall.CLOCK_GETTIME,
                                        CLOCK_THREAD_CPUTIME_ID,
                                        time.address());
                if (answer != 0) {
                    throw new IllegalStateException("a thread's clock is always there");
                }
                return TimeUnit.SECONDS.toNanos(time.get(JAVA_LONG, 0)) + time.get(JAVA_LONG, 8);
            }
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(nanos);
        }
    }
}

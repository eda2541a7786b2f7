package dev.assay.agent.digest;

import dev.assay.tree.Digest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Gets {@link LaneKernel} compiled and compares it with the intrinsic, on made-up data.
///
/// The compiler takes a method that was called thousands of times, and before it is compiled one
/// block takes a millisecond. So nearly all calls are of no block at all. Measured where this was
/// written: 0.3 s of one core, as much as 0.6 GB by the intrinsic take.
final class LaneTrial {
    /// How much faster lanes must be: less is lost again at the ends of short contents.
    static final double LEAST_GAIN = 1.15;

    private static final Duration PAUSE = Duration.ofMillis(10);

    /// How long the compiler may take, and how long this thread may work for nothing meanwhile.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration BUDGET = Duration.ofMillis(500);

    /// What the compiler asks of a method before it takes it seriously (Tier3InvocationThreshold,
    /// Tier4InvocationThreshold), and some.
    private static final int CALLS_BEFORE_PROFILING = 400;

    private static final int CALLS_BEFORE_COMPILING = 6_000;

    /// So that no part of the method looks as if it were never reached.
    private static final int REAL_CALLS = 5;

    /// A block of all lanes takes 0.3 µs when compiled, 100 µs when not.
    private static final long COMPILED_NANOS = 6_000;

    private static final int COMPARED_BLOCKS = 64;
    private static final int COMPARED_BYTES = COMPARED_BLOCKS * 64;
    private static final int COMPARISONS = 10;

    private final int lanes = LaneKernel.LANES;
    private final MemorySegment data = Arena.ofAuto().allocate((long) lanes * COMPARED_BYTES, 64);
    private final int[] at = new int[lanes];
    private final int[] states = new int[8 * lanes];
    private final int[] words = new int[LaneKernel.SCRATCH_WORDS];

    private LaneTrial() {
        for (int lane = 0; lane < lanes; lane++) {
            at[lane] = lane * COMPARED_BYTES;
        }
    }

    /// @return how many times as fast as the intrinsic lanes are, once compiled; 0 where they never
    ///   were
    /// @throws UnsupportedOperationException where this runtime has no vectors
    static double gain() {
        VectorModule.load();
        if (!LaneKernel.NATIVE) {
            return 0;
        }
        LaneTrial trial = new LaneTrial();
        return trial.isCompiledInTime() ? trial.compare() : 0;
    }

    private boolean isCompiledInTime() {
        long start = System.nanoTime();
        call(REAL_CALLS, 1);
        call(CALLS_BEFORE_PROFILING, 0);
        pause();
        call(REAL_CALLS, 1);
        call(CALLS_BEFORE_COMPILING, 0);
        long worked = 0;
        while (worked < BUDGET.toNanos() && System.nanoTime() - start < PATIENCE.toNanos()) {
            pause();
            long before = System.nanoTime();
            call(CALLS_BEFORE_PROFILING, 0);
            long between = System.nanoTime();
            call(1, 1);
            long after = System.nanoTime();
            if (after - between < COMPILED_NANOS) {
                return true;
            }
            worked += after - before;
        }
        return false;
    }

    private void call(int times, int blocks) {
        for (int i = 0; i < times; i++) {
            LaneKernel.compress(states, data, at, blocks, words);
        }
    }

    private static void pause() {
        LockSupport.parkNanos(PAUSE.toNanos());
    }

    /// By the best of several short turns of each: others use the processor too. The intrinsic is
    /// used by compiled code only, so it is made to be compiled as well.
    private double compare() {
        MessageDigest intrinsic = Digest.hasher();
        byte[] content = new byte[lanes * COMPARED_BYTES];
        for (int i = 0; i < CALLS_BEFORE_COMPILING; i++) {
            intrinsic.update(content, 0, 128);
        }
        long bestOfLanes = Long.MAX_VALUE;
        long bestOfIntrinsic = Long.MAX_VALUE;
        for (int i = 0; i < COMPARISONS; i++) {
            pause();
            call(1, COMPARED_BLOCKS);
            long start = System.nanoTime();
            call(1, COMPARED_BLOCKS);
            long between = System.nanoTime();
            intrinsic.update(content);
            long end = System.nanoTime();
            bestOfLanes = Math.min(bestOfLanes, between - start);
            bestOfIntrinsic = Math.min(bestOfIntrinsic, end - between);
        }
        return (double) bestOfIntrinsic / bestOfLanes;
    }
}

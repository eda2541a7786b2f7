package dev.assay.agent.digest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.assay.tree.Digest;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Both engines by turns over contents of one size, in MB for each second that the thread had a
/// processor: others on the machine change that figure little. Not a test: `java -cp
/// test-classes:classes:baselines.jar --add-exports java.base/jdk.internal.module=ALL-UNNAMED
/// dev.assay.agent.digest.HasherBench`.
final class HasherBench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long TURN_NANOS = 150_000_000;
    private static final int TURNS = 15;
    private static final List<Integer> SIZES =
            List.of(200, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 1 << 20, 16 << 20);

    /// Larger than the nearest caches, as what the kernel copies is.
    private static final byte[] CONTENT = new byte[64 << 20];

    private HasherBench() {}

    public static void main(String[] args) {
        new Random(1).nextBytes(CONTENT);
        Supplier<ContentHasher> lanes = Hashers.of("lanes");
        for (boolean mixed : new boolean[] {false, true}) {
            for (int size : SIZES) {
                compare(lanes.get(), new IntrinsicHasher(), size, mixed);
            }
        }
    }

    private static void compare(ContentHasher lanes, ContentHasher one, int size, boolean mixed) {
        double[] inLanes = new double[TURNS];
        double[] alone = new double[TURNS];
        for (int turn = 0; turn < TURNS; turn++) {
            inLanes[turn] = turn(lanes, size, mixed);
            alone[turn] = turn(one, size, mixed);
        }
        Arrays.sort(inLanes);
        Arrays.sort(alone);
        double fast = inLanes[TURNS / 2];
        double plain = alone[TURNS / 2];
        System.out.println(
                String.format(
                        Locale.ROOT,
                        "%s %,11d bytes: lanes %5.0f MB/s, intrinsic %5.0f MB/s, %.2f",
                        mixed ? "up to" : "     ",
                        size,
                        fast,
                        plain,
                        fast / plain));
    }

    private static double turn(ContentHasher hasher, int size, boolean mixed) {
        Random random = new Random(size);
        long bytes = 0;
        hasher.toCome(1L << 40);
        long start = THREADS.getCurrentThreadCpuTime();
        while (THREADS.getCurrentThreadCpuTime() - start < TURN_NANOS) {
            for (int i = 0; i < Math.clamp((4 << 20) / size, 1, 1_000); i++) {
                int length = mixed ? 1 + random.nextInt(size) : size;
                hasher.hash(new Slice(random.nextInt(CONTENT.length - length), length), length);
                bytes += length;
            }
        }
        hasher.finish();
        return bytes * 1e3 / (THREADS.getCurrentThreadCpuTime() - start);
    }

    private static final class Slice implements Feed {
        private int position;
        private int left;

        Slice(int position, int length) {
            this.position = position;
            left = length;
        }

        @Override
        public int read(MemorySegment into) {
            int length = (int) Math.min(left, into.byteSize());
            MemorySegment.copy(CONTENT, position, into, JAVA_BYTE, 0, length);
            position += length;
            left -= length;
            return length;
        }

        @Override
        public void ended(@Nullable Digest digest) {}
    }
}

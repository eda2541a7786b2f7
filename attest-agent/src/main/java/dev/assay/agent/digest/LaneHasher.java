package dev.assay.agent.digest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.assay.tree.Digest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// As many messages at once as {@link LaneKernel} has lanes, each from a feed of its own; a lane
/// whose feed ends takes the next.
///
/// All lanes cost what one costs. So a content that would outlive the rest goes through the
/// intrinsic alone, and nothing is begun in lanes before there is enough to fill them.
final class LaneHasher implements ContentHasher {
    static final int LANES = LaneKernel.LANES;

    /// What a lane takes however little is to come: alone it lasts 5 ms.
    private static final long SMALL_BYTES = 1 << 20;

    private static final int BLOCK_BYTES = 64;
    private static final int READ_BYTES = 32 << 10;

    /// The least that a feed is given room for.
    private static final int LEAST_READ_BYTES = 4 << 10;

    /// A lane: room for the rest of a block before what is read, and for the padding behind it. Not
    /// a power of two, so that the lanes' blocks share no lines of the nearest cache.
    private static final int LANE_BYTES = BLOCK_BYTES + READ_BYTES + 2 * BLOCK_BYTES;

    private static final ValueLayout.OfLong LENGTH =
            JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final byte[] PADDING = new byte[2 * BLOCK_BYTES];

    /// FIPS 180-4, section 5.3.3.
    private static final int[] INITIAL = {
        0x6a09e667,
        0xbb67ae85,
        0x3c6ef372,
        0xa54ff53a,
        0x510e527f,
        0x9b05688c,
        0x1f83d9ab,
        0x5be0cd19
    };

    static {
        PADDING[0] = (byte) 0x80;
    }

    private final ContentHasher alone;
    private final MemorySegment data = Arena.ofAuto().allocate((long) LANES * LANE_BYTES, 64);
    private final MemorySegment[] rooms = new MemorySegment[LANES];
    private final int[] states = new int[8 * LANES];
    private final int[] words = new int[LaneKernel.SCRATCH_WORDS];

    private final @Nullable Feed[] feeds = new @Nullable Feed[LANES];
    private final int[] at = new int[LANES];
    private final int[] blocks = new int[LANES];
    private final int[] restBytes = new int[LANES];
    private final long[] totalBytes = new long[LANES];
    private final boolean[] padded = new boolean[LANES];
    private int active;

    private final @Nullable Feed[] waiting = new @Nullable Feed[LANES];
    private final long[] waitingBytes = new long[LANES];
    private int waitingCount;
    private long toCome;

    /// @param alone what does those that are not worth a lane
    LaneHasher(ContentHasher alone) {
        this.alone = alone;
        for (int lane = 0; lane < LANES; lane++) {
            at[lane] = lane * LANE_BYTES;
            rooms[lane] = data.asSlice(at[lane] + BLOCK_BYTES, READ_BYTES);
        }
    }

    @Override
    public void toCome(long bytes) {
        toCome = bytes;
    }

    @Override
    public void hash(Feed feed, long expectedBytes) {
        if (expectedBytes > Math.max(SMALL_BYTES, toCome / LANES)) {
            alone.hash(feed, expectedBytes);
        } else if (active > 0) {
            start(feed);
            runUntilALaneIsFree();
        } else {
            waiting[waitingCount] = feed;
            waitingBytes[waitingCount] = Math.max(0, expectedBytes);
            waitingCount++;
            if (waitingCount == LANES) {
                startWaiting();
                runUntilALaneIsFree();
            }
        }
    }

    @Override
    public void finish() {
        if (waitingCount > 0 && !isWorthLanes()) {
            for (int i = 0; i < waitingCount; i++) {
                alone.hash(take(i), waitingBytes[i]);
            }
            waitingCount = 0;
        }
        startWaiting();
        while (active > 0) {
            run();
        }
        toCome = 0;
    }

    /// The lanes last as long as the longest of them.
    private boolean isWorthLanes() {
        long sum = 0;
        long longest = 0;
        for (int i = 0; i < waitingCount; i++) {
            sum += waitingBytes[i];
            longest = Math.max(longest, waitingBytes[i]);
        }
        return sum / (LANES / 2 + 1) > longest;
    }

    private Feed take(int i) {
        Feed feed = waiting[i];
        waiting[i] = null;
        if (feed == null) {
            throw new IllegalStateException("nothing waits there");
        }
        return feed;
    }

    private void startWaiting() {
        for (int i = 0; i < waitingCount; i++) {
            start(take(i));
        }
        waitingCount = 0;
    }

    private void start(Feed feed) {
        int lane = 0;
        while (feeds[lane] != null) {
            lane++;
        }
        feeds[lane] = feed;
        active++;
        for (int word = 0; word < INITIAL.length; word++) {
            states[word * LANES + lane] = INITIAL[word];
        }
        at[lane] = lane * LANE_BYTES;
        restBytes[lane] = 0;
        totalBytes[lane] = 0;
        padded[lane] = false;
        fill(lane, feed);
    }

    private void runUntilALaneIsFree() {
        while (active == LANES) {
            run();
        }
    }

    /// As far as all lanes have something. A free lane works on what lies about in it.
    private void run() {
        int most = Integer.MAX_VALUE;
        for (int lane = 0; lane < LANES; lane++) {
            if (feeds[lane] != null) {
                most = Math.min(most, blocks[lane]);
            }
        }
        LaneKernel.compress(states, data, at, most, words);
        for (int lane = 0; lane < LANES; lane++) {
            Feed feed = feeds[lane];
            if (feed == null) {
                continue;
            }
            at[lane] += most * BLOCK_BYTES;
            blocks[lane] -= most;
            if (blocks[lane] > 0) {
                continue;
            }
            if (padded[lane]) {
                end(lane, feed, digest(lane));
            } else {
                fill(lane, feed);
            }
        }
    }

    /// Reads until there is at least one block, or the feed has ended.
    private void fill(int lane, Feed feed) {
        int start = lane * LANE_BYTES + BLOCK_BYTES;
        int limit = start + READ_BYTES;
        int first = start - restBytes[lane];
        MemorySegment.copy(data, at[lane], data, first, restBytes[lane]);
        int end = start;
        boolean ended = false;
        while (!ended && limit - end >= LEAST_READ_BYTES) {
            int length = feed.read(end == start ? rooms[lane] : data.asSlice(end, limit - end));
            if (length < 0) {
                end(lane, feed, null);
                return;
            }
            ended = length == 0;
            end += length;
        }
        totalBytes[lane] += end - start;
        if (ended) {
            end = pad(first, end, totalBytes[lane]);
            padded[lane] = true;
        }
        at[lane] = first;
        blocks[lane] = (end - first) / BLOCK_BYTES;
        restBytes[lane] = (end - first) % BLOCK_BYTES;
    }

    /// FIPS 180-4, section 5.1.1: a bit that is 1, zeros, and the length in bits.
    ///
    /// @return where the last block ends
    private int pad(int first, int end, long contentBytes) {
        int least = end - first + 1 + Long.BYTES;
        int whole = (least + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
        int last = first + whole;
        MemorySegment.copy(PADDING, 0, data, JAVA_BYTE, end, last - end);
        data.set(LENGTH, last - Long.BYTES, contentBytes * Byte.SIZE);
        return last;
    }

    private void end(int lane, Feed feed, @Nullable Digest digest) {
        feeds[lane] = null;
        at[lane] = lane * LANE_BYTES;
        active--;
        feed.ended(digest);
    }

    private Digest digest(int lane) {
        return new Digest(pair(0, lane), pair(2, lane), pair(4, lane), pair(6, lane));
    }

    private long pair(int word, int lane) {
        long high = states[word * LANES + lane];
        long low = Integer.toUnsignedLong(states[(word + 1) * LANES + lane]);
        return high << Integer.SIZE | low;
    }
}

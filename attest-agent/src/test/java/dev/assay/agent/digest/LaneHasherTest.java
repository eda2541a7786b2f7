package dev.assay.agent.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The contract's feeds are too few to fill lanes, but for its random ones; here all go through
/// lanes, which the bytes that went alone prove.
class LaneHasherTest extends HasherContract {
    private static final long PLENTY = 1L << 40;

    private final Alone alone = new Alone();

    @BeforeEach
    void needVectors() {
        assumeThat(VectorModule.isWorthTrying()).as("vectors here").isTrue();
        VectorModule.load();
    }

    @Override
    ContentHasher hasher() {
        return new LaneHasher(alone);
    }

    @Test
    void allShortLengthsAreHashedRightInEveryLane() {
        List<FedBytes> feeds = new ArrayList<>();
        for (int length = 0; length < 300; length++) {
            for (int lane = 0; lane < LaneHasher.LANES; lane++) {
                feeds.add(FedBytes.whole(random(length, 31L * length + lane)));
            }
        }
        hashInLanes(feeds);
        feeds.forEach(feed -> assertThat(feed.digest()).isEqualTo(feed.expected()));
    }

    @Test
    void lanesThatEndAtDifferentTimesDoNotDisturbEachOther() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<FedBytes> feeds = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            byte[] content = random(random.nextInt(1 << random.nextInt(1, 17)), random.nextLong());
            feeds.add(
                    switch (random.nextInt(8)) {
                        case 0 -> FedBytes.givingUp(content, random.nextInt(content.length + 1));
                        case 1 -> FedBytes.inPieces(content, most -> 1 + random.nextInt(most));
                        case 2 -> FedBytes.inPieces(content, most -> Math.min(most, 4_099));
                        default -> FedBytes.whole(content);
                    });
        }
        hashInLanes(feeds);
        for (FedBytes feed : feeds) {
            assertThat(feed.endings()).as("seed %d", seed).isEqualTo(1);
            assertThat(feed.digest())
                    .as("seed %d", seed)
                    .isEqualTo(feed.givesUp() ? null : feed.expected());
        }
    }

    @Test
    void longContentsTakeLanesWhereMoreIsToCome() {
        List<FedBytes> feeds = new ArrayList<>();
        for (int i = 0; i < LaneHasher.LANES + 3; i++) {
            feeds.add(FedBytes.whole(random(1_500_000 + i * 12_345, i)));
        }
        hashInLanes(feeds);
        feeds.forEach(feed -> assertThat(feed.digest()).isEqualTo(feed.expected()));
    }

    @Test
    void aLongContentOfWhichNothingElseIsLeftGoesAlone() {
        FedBytes feed = FedBytes.whole(random(1_500_000, 1));
        ContentHasher hasher = hasher();
        hasher.toCome(10_000_000);
        hasher.hash(feed, feed.length());
        assertThat(feed.digest()).isEqualTo(feed.expected());
        assertThat(alone.bytes).isEqualTo(feed.length());
    }

    @Test
    void aFewContentsDoNotTakeLanes() {
        FedBytes one = FedBytes.whole(random(100_000, 1));
        FedBytes other = FedBytes.whole(random(5_000, 2));
        ContentHasher hasher = hasher();
        hasher.hash(one, one.length());
        hasher.hash(other, other.length());
        hasher.finish();
        assertThat(one.digest()).isEqualTo(one.expected());
        assertThat(other.digest()).isEqualTo(other.expected());
        assertThat(alone.bytes).isEqualTo(105_000);
    }

    @Test
    void aContentThatIsLongerThanExpectedIsHashedToItsEnd() {
        List<FedBytes> feeds = new ArrayList<>();
        LaneHasher hasher = new LaneHasher(alone);
        for (int i = 0; i < LaneHasher.LANES; i++) {
            feeds.add(FedBytes.whole(random(i == 3 ? 3_000_001 : 10_000, i)));
            hasher.hash(feeds.get(i), 10_000);
        }
        hasher.finish();
        feeds.forEach(feed -> assertThat(feed.digest()).isEqualTo(feed.expected()));
        assertThat(alone.bytes).isZero();
    }

    private void hashInLanes(List<FedBytes> feeds) {
        LaneHasher hasher = new LaneHasher(alone);
        hasher.toCome(PLENTY);
        for (FedBytes feed : feeds) {
            hasher.hash(feed, feed.length());
        }
        hasher.finish();
        assertThat(alone.bytes).isZero();
    }

    private static byte[] random(int length, long seed) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static final class Alone implements ContentHasher {
        private final ContentHasher intrinsic = new IntrinsicHasher();
        private long bytes;

        @Override
        public void hash(Feed feed, long expectedBytes) {
            bytes += expectedBytes;
            intrinsic.hash(feed, expectedBytes);
        }

        @Override
        public void finish() {}
    }
}

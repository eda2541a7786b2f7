package dev.assay.agent.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every engine must do.
abstract class HasherContract {
    private static final String OF_NOTHING =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    abstract ContentHasher hasher();

    @Test
    void nothingHasTheDigestOfFips() {
        FedBytes nothing = FedBytes.whole(new byte[0]);
        hash(nothing);
        assertThat(nothing.digest()).hasToString(OF_NOTHING);
    }

    /// Where the padding starts a block of its own, and where it does not.
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 4095, 4096, 4097})
    void bordersOfBlocksAreHashedRight(int length) {
        FedBytes feed = FedBytes.whole(content(length));
        hash(feed);
        assertThat(feed.digest()).isEqualTo(feed.expected());
    }

    @ParameterizedTest
    @ValueSource(ints = {16 << 10, (16 << 10) + 1, 128 << 10, (128 << 10) - 9, 5 << 20, 7_654_321})
    void longContentsAreHashedRight(int length) {
        FedBytes feed = FedBytes.whole(content(length));
        hash(feed);
        assertThat(feed.digest()).isEqualTo(feed.expected());
    }

    @Test
    void shortPiecesAreOneContent() {
        FedBytes feed = FedBytes.inPieces(content(9_999), most -> Math.min(most, 7));
        hash(feed);
        assertThat(feed.digest()).isEqualTo(feed.expected());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 300_000, Long.MAX_VALUE})
    void aWrongExpectationChangesNoDigest(long expectedBytes) {
        FedBytes feed = FedBytes.whole(content(40_000));
        ContentHasher hasher = hasher();
        hasher.hash(feed, expectedBytes);
        hasher.finish();
        assertThat(feed.digest()).isEqualTo(feed.expected());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 64, 130_000, 299_999})
    void aFeedThatGivesUpHasNoDigestAndLeavesNoTraceInTheNext(int after) {
        FedBytes failed = FedBytes.givingUp(content(300_000), after);
        FedBytes next = FedBytes.whole(content(300));
        hash(failed, next);
        assertThat(failed.digest()).isNull();
        assertThat(next.digest()).isEqualTo(next.expected());
    }

    @Test
    void hashersGoOnAfterFinish() {
        ContentHasher hasher = hasher();
        for (int round = 0; round < 3; round++) {
            FedBytes feed = FedBytes.whole(content(100 + round));
            hasher.hash(feed, 100);
            hasher.finish();
            hasher.finish();
            assertThat(feed.endings()).isEqualTo(1);
            assertThat(feed.digest()).isEqualTo(feed.expected());
        }
    }

    @Test
    void everyFeedOfManyRandomOnesGetsItsOwnDigest() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<FedBytes> feeds = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            feeds.add(random(random));
        }
        hash(feeds.toArray(FedBytes[]::new));
        for (FedBytes feed : feeds) {
            assertThat(feed.endings()).as("seed %d", seed).isEqualTo(1);
            assertThat(feed.digest()).as("seed %d", seed).isEqualTo(feed.expected());
        }
    }

    private static FedBytes random(Random random) {
        int magnitude = random.nextInt(18);
        byte[] content = new byte[random.nextInt(1 << magnitude)];
        random.nextBytes(content);
        return random.nextInt(4) == 0
                ? FedBytes.inPieces(content, most -> 1 + random.nextInt(most))
                : FedBytes.whole(content);
    }

    private void hash(FedBytes... feeds) {
        ContentHasher hasher = hasher();
        for (FedBytes feed : feeds) {
            hasher.hash(feed, feed.length());
        }
        hasher.finish();
        for (FedBytes feed : feeds) {
            assertThat(feed.endings()).isEqualTo(1);
        }
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }
}

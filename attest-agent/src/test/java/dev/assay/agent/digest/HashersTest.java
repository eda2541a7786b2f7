package dev.assay.agent.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashersTest {
    @Test
    void anUnknownEngineIsRefusedByName() {
        assertThatThrownBy(() -> Hashers.of("md5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("assay.digest is auto, intrinsic or lanes, not md5");
    }

    @Test
    void theIntrinsicCanBeForced() {
        assertThat(Hashers.of("intrinsic").get()).isInstanceOf(IntrinsicHasher.class);
    }

    @Test
    void aLittleWorkIsNoReasonToTryLanes() {
        Lanes lanes = new Lanes();
        lanes.toCome(Lanes.WORTH_A_TRIAL_TO_COME_BYTES - 1);
        lanes.expect(Lanes.WORTH_A_TRIAL_TO_COME_BYTES - 1);
        assertThat(lanes.chosen()).contains("no work was announced");
    }

    /// The feed that is under way when lanes win, and those before and after it.
    @Test
    void contentsAreRightWhileTheEngineChanges() {
        Lanes lanes = new Lanes();
        ContentHasher hasher = new ChoosingHasher(lanes);
        List<FedBytes> feeds = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            if (i == 100) {
                lanes.tryNow();
            }
            byte[] content = new byte[i * 97];
            new Random(i).nextBytes(content);
            FedBytes feed = FedBytes.whole(content);
            feeds.add(feed);
            hasher.hash(feed, feed.length());
        }
        hasher.finish();
        feeds.forEach(feed -> assertThat(feed.digest()).isEqualTo(feed.expected()));
        assertThat(lanes.chosen()).doesNotContain("being tried").doesNotContain("no work");
    }

    @Test
    void aForcedLaneEngineIsCompiledBeforeItsFirstContent() {
        assumeThat(VectorModule.isWorthTrying()).as("vectors here").isTrue();
        assertThat(Hashers.of("lanes").get()).isInstanceOf(LaneHasher.class);
    }
}

package dev.assay.verifier.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BucketsTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong();

    private Buckets buckets(int maxKeys) {
        return new Buckets(2, 1, maxKeys, now::get);
    }

    @Test
    void aBucketGivesItsCapacityAndNoMore() {
        Buckets buckets = buckets(10);
        assertThat(buckets.take("a")).isTrue();
        assertThat(buckets.take("a")).isTrue();
        assertThat(buckets.take("a")).isFalse();
        assertThat(buckets.isEmpty("a")).isTrue();
    }

    @Test
    void oneKeyLeavesAnotherAlone() {
        Buckets buckets = buckets(10);
        buckets.take("a");
        buckets.take("a");
        assertThat(buckets.take("b")).isTrue();
        assertThat(buckets.isEmpty("b")).isFalse();
    }

    @Test
    void timeRefillsUpToTheCapacity() {
        Buckets buckets = buckets(10);
        buckets.take("a");
        buckets.take("a");
        now.addAndGet(100 * SECOND);
        assertThat(buckets.take("a")).isTrue();
        assertThat(buckets.take("a")).isTrue();
        assertThat(buckets.take("a")).isFalse();
    }

    @Test
    void theMemoryIsBoundedWhateverTheNumberOfKeys() {
        Buckets buckets = buckets(10);
        for (int i = 0; i < 10_000; i++) {
            buckets.take("key" + i);
        }
        assertThat(buckets.size()).isEqualTo(10);
    }

    @Test
    void toLookTakesNoPlace() {
        Buckets buckets = buckets(10);
        assertThat(buckets.isEmpty("unseen")).isFalse();
        assertThat(buckets.size()).isZero();
    }
}

package dev.assay.agent.daemon;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait after the n-th failure in a row: anything up to a bound that doubles (full
/// jitter), so that a fleet does not come back to a verifier at once.
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LEAST = Duration.ofMillis(50);
    private static final int MAX_DOUBLINGS = 16;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    void reset() {
        failures = 0;
    }

    /// @param cap the longest to wait
    Duration next(Duration cap) {
        long bound =
                Math.min(cap.toMillis(), FIRST.toMillis() << Math.min(failures, MAX_DOUBLINGS));
        failures++;
        return Duration.ofMillis(
                Math.max(LEAST.toMillis(), random.nextLong(Math.max(1, bound) + 1)));
    }
}

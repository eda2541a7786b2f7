package dev.assay.verifier.executor;

import java.time.Duration;

/// Times after which nobody waits any more.
final class Limits {
    private Limits() {}

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}

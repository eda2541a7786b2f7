package dev.assay.verifier.kubernetes;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes one who waits. However often it is raised meanwhile, it wakes once.
final class Signal {
    private final Semaphore raised = new Semaphore(0);

    void raise() {
        if (raised.availablePermits() == 0) {
            raised.release();
        }
    }

    /// Returns when it was raised, or after a while.
    void await(Duration most) throws InterruptedException {
        if (raised.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
            raised.drainPermits();
        }
    }
}

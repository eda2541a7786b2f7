package dev.assay.agent.digest;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Whether this process hashes in lanes. It is tried once, beside the work, when there is so much
/// of it that the trial pays; until it has won everything goes through the intrinsic.
final class Lanes {
    /// For each processor. A host's /usr has about three times as much for two.
    static final long WORTH_A_TRIAL_BYTES = 256L << 20;

    /// What a trial was worth when it is known that as much is still to come to one thread.
    static final long WORTH_A_TRIAL_TO_COME_BYTES = 1L << 30;

    private static final String INTRINSIC = "SHA-256 of the JDK";

    private final AtomicBoolean tried = new AtomicBoolean();
    private final AtomicLong hashedBytes = new AtomicLong();
    private volatile boolean won;
    private volatile String chosen = INTRINSIC + ", too little work so far to try lanes";

    String chosen() {
        return chosen;
    }

    boolean won() {
        return won;
    }

    /// Counts what went through the intrinsic.
    void hashed(long bytes) {
        long processors = Runtime.getRuntime().availableProcessors();
        if (hashedBytes.addAndGet(bytes) >= WORTH_A_TRIAL_BYTES * processors) {
            tryOnce();
        }
    }

    void toCome(long bytes) {
        if (bytes >= WORTH_A_TRIAL_TO_COME_BYTES) {
            tryOnce();
        }
    }

    private void tryOnce() {
        if (!tried.get() && tried.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("digest-trial").start(this::tryNow);
        }
    }

    /// Wins or says why not; nothing that can go wrong here stops a measurement.
    void tryNow() {
        tried.set(true);
        if (!VectorModule.isWorthTrying()) {
            chosen = INTRINSIC + ", the processor has no wide vectors";
            return;
        }
        chosen = INTRINSIC + ", lanes are being tried";
        try {
            double gain = LaneTrial.gain();
            won = gain >= LaneTrial.LEAST_GAIN;
            chosen = won ? inLanes(gain) : INTRINSIC + ", lanes reach only " + times(gain);
        } catch (UnsupportedOperationException | LinkageError e) {
            chosen = INTRINSIC + ", this Java runtime gives no vectors: " + e.getMessage();
        }
    }

    private static String inLanes(double gain) {
        return "SHA-256 of %d contents at once, %s".formatted(LaneHasher.LANES, times(gain));
    }

    private static String times(double gain) {
        return String.format(Locale.ROOT, "%.2f times as fast as the JDK's", gain);
    }
}

package dev.assay.agent.digest;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/// Whether this process hashes in lanes. It is tried once, beside the work, when so much of it is
/// announced that the trial pays; until lanes have won everything goes through the intrinsic.
final class Lanes {
    /// For each processor: what must be known to come. Lanes save 0.25 s of one core for each GB,
    /// the trial costs 0.35 s, and while it runs the others hash.
    static final long WORTH_A_TRIAL_TO_COME_BYTES = 3L << 29;

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final String INTRINSIC = "SHA-256 of the JDK";

    private final AtomicBoolean tried = new AtomicBoolean();
    private volatile boolean won;
    private volatile String chosen =
            INTRINSIC + ", no work was announced that pays for trying lanes";

    String chosen() {
        return chosen;
    }

    boolean won() {
        return won;
    }

    /// What is still to come to all threads.
    void expect(long bytes) {
        toCome(bytes / PROCESSORS);
    }

    /// What is still to come to one thread.
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
            chosen = won ? inLanes(gain) : INTRINSIC + ", " + lost(gain);
        } catch (UnsupportedOperationException | LinkageError e) {
            chosen = INTRINSIC + ", this Java runtime gives no vectors: " + e.getMessage();
        }
    }

    private static String inLanes(double gain) {
        return "SHA-256 of %d contents at once, %s".formatted(LaneHasher.LANES, times(gain));
    }

    private static String lost(double gain) {
        return gain > 0 ? "lanes are only " + times(gain) : "lanes were not compiled";
    }

    private static String times(double gain) {
        return String.format(Locale.ROOT, "%.2f times as fast as the JDK's", gain);
    }
}

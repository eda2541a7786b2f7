package dev.assay.agent.daemon;

import dev.assay.agent.daemon.Attester.Judged;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.verifierclient.VerifierException;
import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// Rounds one after the other, and when the next is due. Whatever comes back, and whatever goes
/// wrong here, the next round is tried: an agent that ends is a host that falls silent.
final class Rounds {
    private static final EventLog LOG = EventLog.of(Rounds.class);
    private static final Duration SOONEST = Duration.ofMillis(100);
    private static final Duration LATEST = Duration.ofHours(1);
    private static final Duration LEAST_CAP = Duration.ofSeconds(2);
    private static final Duration MOST_CAP = Duration.ofMinutes(1);
    private static final double JITTER = 0.1;

    private final Attester attester;
    private final RandomGenerator random;
    private final Backoff backoff;
    private Duration interval = MOST_CAP;

    /// How a round ended, and how long until the next.
    sealed interface Round {
        Duration next();

        record Answered(Judged judged, Duration next) implements Round {}

        record Unreachable(String reason, Duration next) implements Round {}

        /// The verifier said no, or what it said or this host could not be made out.
        record Failed(String reason, String word, Duration next) implements Round {}
    }

    Rounds(Attester attester, RandomGenerator random) {
        this.attester = attester;
        this.random = random;
        this.backoff = new Backoff(random);
    }

    Round next() {
        try {
            Judged judged = attester.attest();
            backoff.reset();
            interval = within(judged.answer().nextMillis());
            return new Round.Answered(judged, withJitter(interval));
        } catch (VerifierException e) {
            return unanswered(e);
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("round-failed", "reason", e, "at", origin(e));
            return new Round.Failed("this host: " + e, "", later());
        }
    }

    private Round unanswered(VerifierException e) {
        String reason = String.valueOf(e.getMessage());
        return switch (e) {
            case VerifierException.Unreachable unreachable -> {
                LOG.warn("verifier-unreachable", "reason", reason);
                yield new Round.Unreachable(reason, later());
            }
            case VerifierException.Refused refused -> {
                LOG.warn("verifier-refused", "status", refused.status(), "reason", reason);
                yield new Round.Failed(reason, refused.word(), later());
            }
            case VerifierException.Malformed malformed -> {
                LOG.warn("verifier-malformed", "reason", reason);
                yield new Round.Failed(reason, "", later());
            }
        };
    }

    private Duration later() {
        Duration cap = interval.compareTo(LEAST_CAP) < 0 ? LEAST_CAP : interval;
        return backoff.next(cap.compareTo(MOST_CAP) > 0 ? MOST_CAP : cap);
    }

    private static Duration within(long millis) {
        return Duration.ofMillis(Math.clamp(millis, SOONEST.toMillis(), LATEST.toMillis()));
    }

    private Duration withJitter(Duration duration) {
        long spread = (long) (duration.toMillis() * JITTER);
        return duration.plusMillis(random.nextLong(spread + 1));
    }

    private static String origin(Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length == 0 ? "" : trace[0].toString();
    }
}

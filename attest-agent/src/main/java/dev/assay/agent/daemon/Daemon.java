package dev.assay.agent.daemon;

import dev.assay.agent.daemon.Attester.Judged;
import dev.assay.agent.daemon.Rounds.Round;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.reset.Deed;
import dev.assay.agent.reset.ResetOrders;
import dev.assay.signing.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Attests for ever, keeps the result's file and hands on the reset orders that come with answers.
final class Daemon {
    private static final EventLog LOG = EventLog.of(Daemon.class);

    private final StateFolder state;
    private final Attester attester;
    private final ResetOrders orders;
    private final Deeds deeds;
    private final Rounds rounds;
    private final Pause pause;
    private final InstantSource clock;

    /// Between an evidence and the next that a change brings: twice as long each time, while there
    /// is no quiet in between, so that a package's upgrade is tens of evidences.
    private static final Duration LEAST_GAP = Duration.ofMillis(100);

    private static final Duration MOST_GAP = Duration.ofMillis(800);

    /// How soon the agent ends when it is told to.
    private static final Duration SLICE = Duration.ofSeconds(1);

    private Duration gap = LEAST_GAP;

    /// What is done before a reset that an answer orders.
    interface Deeds {
        List<Deed> before(Judged judged);
    }

    Daemon(
            StateFolder state,
            Attester attester,
            ResetOrders orders,
            Deeds deeds,
            Pause pause,
            InstantSource clock,
            RandomGenerator random) {
        this.state = state;
        this.attester = attester;
        this.orders = orders;
        this.deeds = deeds;
        this.rounds = new Rounds(attester, random);
        this.pause = pause;
        this.clock = clock;
    }

    /// Returns when the pause says so.
    void run() {
        attester.watch();
        Round round;
        do {
            round = once();
        } while (awaitNext(round));
    }

    /// Until the next round is due, or what was measured has changed.
    private boolean awaitNext(Round round) {
        if (!(round instanceof Round.Answered) || !attester.isWatched()) {
            return pause.await(round.next());
        }
        long end = System.nanoTime() + round.next().toNanos();
        if (!pause.await(shorter(gap, round.next()))) {
            return false;
        }
        try {
            long left = end - System.nanoTime();
            // Once in any case: where the gap is as long as the interval, nobody else would ask
            // what
            // the watcher saw, and it would stay unseen for ever.
            do {
                if (hasChanged(shorter(SLICE, Duration.ofNanos(Math.max(0, left))))) {
                    gap = shorter(gap.multipliedBy(2), MOST_GAP);
                    return pause.await(Duration.ZERO);
                }
                gap = LEAST_GAP;
                if (!pause.await(Duration.ZERO)) {
                    return false;
                }
                left = end - System.nanoTime();
            } while (left > 0);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// What cannot be looked at counts as changed: the next round says why, or fails as rounds do,
    /// and the daemon goes on. Who fills a directory must not make a host silent.
    private boolean hasChanged(Duration atMost) throws InterruptedException {
        try {
            return attester.awaitChange(atMost);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("look-failed", "reason", e);
            return true;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    Round once() {
        Round round = rounds.next();
        if (round instanceof Round.Answered answered) {
            keep(answered.judged());
            @Nullable Envelope order = answered.judged().answer().order();
            if (order != null) {
                orders.receive(
                        order,
                        attester.trustRoot(),
                        attester.enrolment().host(),
                        answered.judged().boot(),
                        deeds.before(answered.judged()));
            }
        }
        return round;
    }

    /// A full disk must not keep the host from attesting.
    private void keep(Judged judged) {
        try {
            ResultFile.write(
                    state,
                    attester.enrolment().host(),
                    judged.boot(),
                    judged.answer(),
                    clock.instant());
        } catch (IOException e) {
            LOG.error("result-not-written", "reason", e);
        }
    }
}

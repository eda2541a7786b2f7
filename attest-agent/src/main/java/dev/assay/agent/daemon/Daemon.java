package dev.assay.agent.daemon;

import dev.assay.agent.daemon.Attester.Judged;
import dev.assay.agent.daemon.Rounds.Round;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.reset.Deed;
import dev.assay.agent.reset.ResetOrders;
import dev.assay.signing.Envelope;
import java.io.IOException;
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
        Round round;
        do {
            round = once();
        } while (pause.await(round.next()));
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

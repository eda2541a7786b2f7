package dev.assay.verifier.simulate;

import dev.assay.evidence.Freshness;
import dev.assay.evidence.ResetOrder;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.fleet.Attested;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.refusal.NotAuthenticException;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.random.RandomGenerator;

/// What the agents do: measure, submit, come again when they are told to, and obey orders, at most
/// one an hour.
final class Agents {
    private static final double SPREAD = 0.15;
    private static final long AFTER_DRAIN_MILLIS = 300;
    private static final long FIRST_BACKOFF_MILLIS = 500;
    private static final int MAX_DOUBLINGS = 16;
    private static final long OBEYED_MILLIS = Duration.ofHours(1).toMillis();

    private final Agenda agenda;
    private final RandomGenerator random;
    private final Plant plant;
    private final SimulatedVerifier verifier;
    private final Laws laws;
    private final long measureMillis;

    Agents(
            Agenda agenda,
            RandomGenerator random,
            Plant plant,
            SimulatedVerifier verifier,
            Laws laws,
            long measureMillis) {
        this.agenda = agenda;
        this.random = random;
        this.plant = plant;
        this.verifier = verifier;
        this.laws = laws;
        this.measureMillis = measureMillis;
    }

    void begin(Machine machine, long withinMillis) {
        measureAfter(machine, random.nextLong(withinMillis + 1));
    }

    private void measureAfter(Machine machine, long millis) {
        int life = machine.life;
        agenda.after(
                millis,
                () -> {
                    if (machine.life == life) {
                        measure(machine);
                    }
                });
    }

    private void measure(Machine machine) {
        int life = machine.life;
        SortedMap<String, Boolean> drift = machine.drift;
        boolean unreadable = machine.flapPercent > random.nextInt(100);
        machine.sickInBoot |= unreadable;
        agenda.after(
                measureMillis,
                () -> {
                    if (machine.life == life) {
                        submit(machine, drift, unreadable);
                    }
                });
    }

    private void submit(Machine machine, SortedMap<String, Boolean> drift, boolean unreadable) {
        if (!verifier.isUp() || machine.cuts > 0) {
            long bound =
                    Math.min(
                            intervalMillis(),
                            FIRST_BACKOFF_MILLIS
                                    << Math.min(machine.failuresInARow, MAX_DOUBLINGS));
            machine.failuresInARow++;
            measureAfter(machine, 50 + random.nextLong(bound));
            return;
        }
        machine.failuresInARow = 0;
        Appraisal appraisal = plant.appraise(machine, drift, unreadable);
        Attested evidence =
                new Attested(
                        machine.boot,
                        verifier.hasSeen(machine),
                        ++machine.sequence,
                        appraisal,
                        SimulatedVerifier.CHANNEL,
                        plant.baseline(machine),
                        null,
                        false,
                        measureMillis / 1000.0,
                        "agent 0",
                        null,
                        false,
                        Freshness.FULL,
                        null,
                        plant.amends(machine));
        try {
            Host after = verifier.attested(machine, evidence);
            laws.attested(machine, !drift.isEmpty(), appraisal, after);
            verifier.order(after).ifPresent(order -> obey(machine, order));
            measureAfter(machine, nextMillis(after));
        } catch (NotAuthenticException e) {
            laws.broken("evidence is believed", machine, String.valueOf(e.getMessage()));
        }
    }

    private long intervalMillis() {
        return verifier.group().intervalMillis();
    }

    private long nextMillis(Host host) {
        double spread = 1 - SPREAD * random.nextDouble();
        long next = Math.max(1, (long) (intervalMillis() * spread));
        Reset reset = host.openReset();
        Instant drainBy = reset == null ? null : reset.drainBy();
        if (reset != null && reset.status() == Reset.Status.PENDING && drainBy != null) {
            long drained =
                    Duration.between(verifier.now(), drainBy).toMillis() + AFTER_DRAIN_MILLIS;
            next = Math.min(next, Math.max(AFTER_DRAIN_MILLIS, drained));
        }
        return next;
    }

    private void obey(Machine machine, ResetOrder order) {
        boolean tooSoon = agenda.nowMillis() < machine.obeyedAt + OBEYED_MILLIS;
        if (machine.ignoresOrders
                || tooSoon
                || !order.boot().equals(machine.boot)
                || !agenda.now().isBefore(order.expires())) {
            return;
        }
        machine.obeyedAt = agenda.nowMillis();
        int life = machine.life;
        agenda.after(
                1_000 + random.nextLong(4_000),
                () -> {
                    if (machine.life == life) {
                        plant.restart(machine, order.id(), false);
                    }
                });
    }
}

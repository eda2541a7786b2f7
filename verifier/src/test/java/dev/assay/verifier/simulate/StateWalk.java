package dev.assay.verifier.simulate;

import dev.assay.evidence.BootId;
import dev.assay.evidence.Freshness;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.fleet.Attested;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.fleet.Views;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.reset.Executor;
import dev.assay.verifier.reset.Rungs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// One host to which anything may happen at any time, likely or not: evidence of every kind, boots
/// of its own accord, persons, and time. What follows on what is the state machine.
final class StateWalk {
    private static final int STEPS = 250;

    private final SplittableRandom random;
    private final List<BootId> boots = new ArrayList<>();
    private final Agenda agenda = new Agenda();
    private final Agenda.AgendaClock clock = new Agenda.AgendaClock(agenda);
    private final Ledger ledger = new Ledger(agenda, clock);
    private final Sidelines sidelines = new Sidelines(agenda);
    private final Plant plant;
    private long sequence;
    private final Machine machine;
    private final GroupSettings group;
    private final SimulatedVerifier verifier;

    private StateWalk(long seed) {
        random = new SplittableRandom(seed);
        plant = new Plant(agenda, random.split(), 1, 1);
        machine = plant.machines().getFirst();
        boots.add(machine.boot);
        Map<String, Object> settings = new TreeMap<>();
        settings.put("mode", random.nextInt(8) == 0 ? "approve" : "enforce");
        settings.put("drainMillis", random.nextInt(4) == 0 ? 0 : 120_000);
        settings.put("maxResetsPerDay", 1 + random.nextInt(6));
        settings.put("silenceDeadlineMillis", 200_000);
        settings.put("faultDeadlineMillis", 120_000);
        settings.put("archiveMillis", 1_500_000);
        settings.put("proof", random.nextInt(3) == 0 ? "executor" : "claimed");
        settings.put("ladder", List.of("agent", "way"));
        group = GroupSettings.of(SimulatedVerifier.GROUP, SimulatedVerifier.CHANNEL).with(settings);
        MemoryStore store = new MemoryStore(this::seen);
        store.saveGroup(group, Event.ofGroup(Agenda.START, EventType.GROUP_CREATED, "", Map.of()));
        store.add(SimulatedVerifier.enrolled(machine, group.zoneLabel()));
        verifier =
                new SimulatedVerifier(
                        agenda,
                        clock,
                        store,
                        sidelines,
                        new Rungs(Map.of("way", task -> answer()), Map.of()),
                        random.split(),
                        event -> {},
                        Observer.NONE);
    }

    static Set<Ledger.Step> steps(long seed) throws NotAuthenticException {
        StateWalk walk = new StateWalk(seed);
        for (int i = 0; i < STEPS; i++) {
            walk.step();
        }
        walk.sidelines.stop();
        return walk.ledger.steps();
    }

    private Executor.Outcome answer() throws InterruptedException {
        sidelines.pause(random.nextInt(200_000));
        return random.nextBoolean()
                ? new Executor.Outcome.Done("", new Receipt("way", "1", verifier.now()))
                : new Executor.Outcome.Failed("no", "");
    }

    private void step() throws NotAuthenticException {
        switch (random.nextInt(12)) {
            case 0, 1 -> bootUp(freshBoot());
            case 5 -> {
                // A clone, or a machine that was put back.
                if (random.nextInt(10) == 0) {
                    bootUp(boots.get(random.nextInt(boots.size())));
                }
            }
            case 2 ->
                    verifier.ask(
                            (resets, fleet) ->
                                    resets.approve(machine.name, SimulatedVerifier.ON_DUTY));
            case 3 ->
                    verifier.ask(
                            (resets, fleet) ->
                                    resets.hold(
                                            machine.name,
                                            "to look at it",
                                            verifier.now().plus(Duration.ofMinutes(5)),
                                            SimulatedVerifier.ON_DUTY));
            case 4 ->
                    verifier.ask(
                            (resets, fleet) ->
                                    fleet.readmit(machine.name, SimulatedVerifier.ON_DUTY));
            default -> attest();
        }
        long until =
                agenda.nowMillis()
                        + switch (random.nextInt(60)) {
                            case 0 -> random.nextInt(4_000_000);
                            case 1, 2, 3, 4 -> random.nextInt(700_000);
                            default -> random.nextInt(30_000);
                        };
        while (agenda.runNext(until)) {
            seen(verifier.host(machine.name));
        }
    }

    private void bootUp(BootId boot) {
        boots.add(boot);
        machine.bootUp(boot, agenda.nowMillis());
    }

    private void attest() throws NotAuthenticException {
        Attested evidence =
                new Attested(
                        machine.boot,
                        verifier.hasSeen(machine),
                        ++sequence,
                        appraisal(),
                        SimulatedVerifier.CHANNEL,
                        plant.baseline(machine),
                        null,
                        false,
                        1,
                        "agent 0",
                        null,
                        false,
                        Freshness.FULL,
                        null,
                        plant.amends(machine));
        seen(verifier.attested(machine, evidence));
    }

    private Appraisal appraisal() {
        return switch (random.nextInt(8)) {
            case 0, 1 ->
                    plant.appraise(
                            machine,
                            new TreeMap<>(Map.of("fs/usr/bin/x", random.nextInt(6) == 0)),
                            false);
            case 2 -> plant.appraise(machine, new TreeMap<>(), true);
            case 3 -> Appraisal.Outdated.blameless("retired");
            case 4 -> new Appraisal.VerifierFault("the disk is full");
            default -> plant.appraise(machine, new TreeMap<>(), false);
        };
    }

    private BootId freshBoot() {
        return new BootId(
                String.format(
                        "%08x-0000-0000-0000-%012x", random.nextInt(), random.nextInt(1 << 30)));
    }

    private void seen(Host host) {
        ledger.seen(machine, Views.of(host, group, clock.instant()));
    }
}

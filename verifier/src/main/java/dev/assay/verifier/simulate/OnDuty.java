package dev.assay.verifier.simulate;

import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.reset.BreakerState.Finding;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The person on duty: is told by events, takes some time, and acts through the verifier's own
/// doors for operators.
final class OnDuty {
    private static final Duration HOLD = Duration.ofHours(2);
    private static final long MILLIS_PER_MINUTE = 60_000;
    private static final long ROLLED_BACK_MILLIS = Duration.ofMinutes(20).toMillis();

    private final Agenda agenda;
    private final RandomGenerator random;
    private final Plant plant;
    private final SimulatedVerifier verifier;
    private final Scenario.Person person;
    private final Timeline timeline;
    private final Set<String> busyWith = new HashSet<>();

    OnDuty(
            Agenda agenda,
            RandomGenerator random,
            Plant plant,
            SimulatedVerifier verifier,
            Scenario.Person person,
            Timeline timeline) {
        this.agenda = agenda;
        this.random = random;
        this.plant = plant;
        this.verifier = verifier;
        this.person = person;
        this.timeline = timeline;
    }

    void told(Event event) {
        String host = event.host();
        switch (event.type()) {
            case BREAKER_DECIDED -> decided(event);
            case QUARANTINED -> {
                if (host != null && person.repairs()) {
                    soon("repair " + host, () -> repair(host));
                }
            }
            case RESET_WAITING -> {
                String why = event.details().getOrDefault("because", "");
                if (host != null && person.approves() && why.contains("approval")) {
                    soon("approve " + host, () -> approve(host));
                }
            }
            case DRIFTED -> {
                if (host != null && random.nextInt(100) < person.holdsPercent()) {
                    soon("hold " + host, () -> hold(host));
                }
            }
            default -> {}
        }
    }

    private void soon(String what, Runnable deed) {
        if (busyWith.add(what)) {
            agenda.after(
                    (long) (person.afterMinutes() * MILLIS_PER_MINUTE),
                    () -> {
                        busyWith.remove(what);
                        deed.run();
                    });
        }
    }

    private void decided(Event event) {
        String finding = event.details().getOrDefault("finding", "");
        if (finding.equals(Finding.BAD_BASELINE.wire())
                || finding.equals(Finding.PERSISTENT.wire())) {
            soon("baseline", this::mendBaselines);
        }
        if (!finding.equals(Finding.ATTACK.wire()) && person.repairs()) {
            soon("repair all", this::repairAll);
        }
    }

    private void mendBaselines() {
        switch (person.onBadBaseline()) {
            case NOTHING -> {}
            case AMENDS -> {
                for (int image : wrongImages()) {
                    timeline.tell("a person publishes the amended baseline of image " + image);
                    plant.amend(image);
                }
            }
            case RETIRES -> {
                for (int image : wrongImages()) {
                    timeline.tell("a person retires the baseline of image " + image);
                    plant.retire(image);
                    plant.machines().stream()
                            .filter(machine -> machine.image == image)
                            .forEach(this::rollBack);
                }
            }
        }
    }

    private Set<Integer> wrongImages() {
        Set<Integer> wrong = new HashSet<>();
        for (Machine machine : plant.machines()) {
            if (plant.isBaselineWrongFor(machine)) {
                wrong.add(machine.image);
            }
        }
        return wrong;
    }

    private void rollBack(Machine machine) {
        agenda.after(
                random.nextLong(ROLLED_BACK_MILLIS),
                () -> {
                    machine.nextImage = 1;
                    plant.restart(machine, null, false);
                });
    }

    private void repairAll() {
        for (Machine machine : plant.machines()) {
            if (!machine.persistent.isEmpty()) {
                timeline.tell("a person replaces it", machine.name);
                plant.restart(machine, null, true);
            }
        }
    }

    private void repair(String name) {
        if (!verifier.ask((resets, fleet) -> fleet.readmit(name, SimulatedVerifier.ON_DUTY))) {
            soon("repair " + name, () -> repair(name));
            return;
        }
        timeline.tell("a person repairs and readmits it", name);
        plant.restart(plant.machine(name), null, true);
    }

    private void approve(String name) {
        @Nullable Reset reset = verifier.host(name).openReset();
        if (reset == null || reset.approvedBy() != null) {
            return;
        }
        if (verifier.ask((resets, fleet) -> resets.approve(name, SimulatedVerifier.ON_DUTY))) {
            timeline.tell("a person approves its reset", name);
        } else {
            soon("approve " + name, () -> approve(name));
        }
    }

    private void hold(String name) {
        Host host = verifier.host(name);
        if (host.latch() != null
                && verifier.ask(
                        (resets, fleet) ->
                                resets.hold(
                                        name,
                                        "looked at by a person",
                                        verifier.now().plus(HOLD),
                                        SimulatedVerifier.ON_DUTY))) {
            timeline.tell("a person holds it for two hours", name);
        }
    }
}

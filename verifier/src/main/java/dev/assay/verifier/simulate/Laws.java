package dev.assay.verifier.simulate;

import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Latch;
import dev.assay.verifier.fleet.Limit;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Views;
import dev.assay.verifier.reset.BreakerState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What must hold at every moment of a simulation, whatever befalls the fleet. It looks at the
/// truth about the machines and at what the verifier says of them, and does its own counting.
final class Laws {
    static final String BUDGET = "no more hosts are down for resets than the budget";
    static final String ONCE = "no host is reset twice for one order";
    static final String ADMISSION = "no drifted host is admitted";
    static final String INNOCENCE = "nobody healthy is reset";
    static final String BASELINE = "a wrong baseline resets nobody but canaries";
    static final String END = "every drifted host ends golden, quarantined or held by somebody";

    private static final int MAX_KEPT = 20;
    private static final long SLACK_MILLIS = 2_000;

    /// From a boot to the first measurement, at most, and more.
    private static final long BEGIN_MILLIS = 10_000;

    /// {@link Views} believes a verdict from that far ahead.
    private static final long AHEAD_MILLIS = 30_000;

    private final Agenda agenda;
    private final Plant plant;
    private final GroupSettings group;
    private final Ledger ledger;
    private final long measureMillis;
    private final List<Breach> breaches = new ArrayList<>();
    private final Map<String, Set<String>> rungs = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final Set<String> succeeded = new HashSet<>();
    private final Set<String> downByWord = new TreeSet<>();
    private final Map<Integer, Integer> zoneSizes = new HashMap<>();
    private final Map<String, Long> upSince = new HashMap<>();
    private @Nullable SimulatedVerifier verifier;
    private long clockPutBackMillis;
    private int innocents;
    private int mostDown;

    /// @param atMillis since the start
    /// @param host null where it is not about one
    record Breach(long atMillis, String law, @Nullable String host, String what) {}

    Laws(Agenda agenda, Plant plant, GroupSettings group, Ledger ledger, long measureMillis) {
        this.agenda = agenda;
        this.plant = plant;
        this.group = group;
        this.ledger = ledger;
        this.measureMillis = measureMillis;
        plant.machines().forEach(machine -> zoneSizes.merge(machine.zone, 1, Integer::sum));
    }

    void watch(SimulatedVerifier watched) {
        verifier = watched;
    }

    List<Breach> breaches() {
        return breaches;
    }

    /// Healthy hosts for which a reset was ordered.
    int innocents() {
        return innocents;
    }

    int mostDown() {
        return mostDown;
    }

    void broken(String law, @Nullable Machine machine, String what) {
        if (breaches.size() < MAX_KEPT) {
            breaches.add(
                    new Breach(
                            agenda.nowMillis(), law, machine == null ? null : machine.name, what));
        }
    }

    void clockPut(long millis) {
        clockPutBackMillis += Math.min(AHEAD_MILLIS, Math.max(0, -millis));
    }

    void booted(Machine machine) {
        upSince.put(machine.name, agenda.nowMillis());
    }

    /// A machine was changed: from soon on it must not be admitted.
    void changed(Machine machine) {
        int life = machine.life;
        long since = machine.driftedSince;
        long untilExpiry = Math.min(2 * group.intervalMillis(), 300_000);
        long bound =
                measureMillis
                        + Math.max(untilExpiry, group.intervalMillis() + measureMillis)
                        + clockPutBackMillis
                        + SLACK_MILLIS;
        agenda.after(
                bound,
                () -> {
                    SimulatedVerifier asked = verifier;
                    if (asked != null
                            && machine.life == life
                            && machine.driftedSince == since
                            && isAdmitted(asked.host(machine.name))) {
                        broken(ADMISSION, machine, "it was changed " + bound + " ms ago");
                    }
                });
    }

    private boolean isAdmitted(Host host) {
        return verifier != null && Views.of(host, group, verifier.now()).admit();
    }

    /// The verifier has taken an evidence.
    ///
    /// @param changed whether the machine was, when it was measured
    void attested(Machine machine, boolean changed, Appraisal appraisal, Host after) {
        machine.alone &= machine.cuts > 0;
        boolean told = changed && appraisal instanceof Appraisal.Drifted;
        machine.accusedInBoot |= told;
        seen(machine, after);
    }

    /// The verifier has changed what it knows of a host.
    void seen(Machine machine, Host host) {
        if (verifier == null) {
            return;
        }
        HostView view = Views.of(host, group, verifier.now());
        ledger.seen(machine, view);
        boolean sameBoot = host.boot() != null && host.boot().id().equals(machine.boot);
        if (view.admit() && sameBoot && machine.accusedInBoot) {
            broken(ADMISSION, machine, "it showed its drift in this very boot");
        }
    }

    void asked(String reset, String rung, String host) {
        Machine machine = plant.machine(host);
        if (!asked.add(reset + " " + rung)) {
            broken(ONCE, machine, rung + " is asked twice");
        }
        if (succeeded.contains(reset)) {
            broken(ONCE, machine, rung + " is asked after the host came back golden");
        }
    }

    void wentDown(Machine machine) {
        String reset = machine.downFor;
        if (reset != null && succeeded.contains(reset)) {
            broken(ONCE, machine, "it goes down again for a reset that it came back golden from");
        }
        countDown();
    }

    void committed(Event event) {
        String host = event.host();
        if (host == null) {
            return;
        }
        Machine machine = plant.machine(host);
        String reset = event.details().getOrDefault("reset", "");
        switch (event.type()) {
            case RESET_ORDERED -> {
                ordered(machine);
                rung(machine, event, reset);
            }
            case RESET_ESCALATED -> rung(machine, event, reset);
            case RESET_SUCCEEDED -> {
                succeeded.add(reset);
                downByWord.remove(host);
            }
            case RESET_FAILED -> {
                if (event.details().containsKey("boot")) {
                    downByWord.remove(host);
                }
            }
            case NEW_BOOT -> downByWord.remove(host);
            // It counts no more until it speaks again.
            case ARCHIVED -> {
                downByWord.remove(host);
                machine.downFor = null;
            }
            default -> {}
        }
    }

    private void rung(Machine machine, Event event, String reset) {
        downByWord.add(machine.name);
        String rung = event.details().getOrDefault("rung", "");
        if (!rungs.computeIfAbsent(reset, id -> new HashSet<>()).add(rung)) {
            broken(ONCE, machine, "rung " + rung + " has its turn twice");
        }
        if (succeeded.contains(reset)) {
            broken(ONCE, machine, "rung " + rung + " has its turn after success");
        }
        countDown();
    }

    /// Ordered and not back, or shut down by a reset and not back.
    private void countDown() {
        Map<Integer, Integer> byZone = new HashMap<>();
        int down = 0;
        for (Machine machine : plant.machines()) {
            if (downByWord.contains(machine.name) || machine.downFor != null) {
                down++;
                byZone.merge(machine.zone, 1, Integer::sum);
            }
        }
        mostDown = Math.max(mostDown, down);
        int limit = group.budget().of(plant.machines().size());
        if (down > limit) {
            broken(BUDGET, null, down + " are down, the budget is " + limit);
        }
        Limit zoneBudget = group.zoneBudget();
        if (zoneBudget != null) {
            byZone.forEach(
                    (zone, count) -> {
                        int zoneLimit = zoneBudget.of(zoneSizes.getOrDefault(zone, 0));
                        if (count > zoneLimit) {
                            broken(
                                    BUDGET,
                                    null,
                                    count + " are down in zone " + zone + ", of " + zoneLimit);
                        }
                    });
        }
    }

    private void ordered(Machine machine) {
        SimulatedVerifier now = verifier;
        if (now == null || !machine.isHealthy()) {
            return;
        }
        Host host = now.host(machine.name);
        Latch latch = host.latch();
        if (latch != null && !latch.boot().equals(machine.boot)) {
            return;
        }
        Reset reset = host.openReset();
        boolean forSilence = latch == null && reset != null && reset.cause() == Cause.SILENT;
        if (forSilence && (!machine.up || !isUpLongEnough(machine))) {
            return;
        }
        innocents++;
        if (plant.isWithdrawnFor(machine)) {
            // What is not pardoned only a new boot takes back.
            return;
        }
        if (forSilence || !plant.isBaselineWrongFor(machine)) {
            broken(INNOCENCE, machine, forSilence ? "for its silence" : "for nothing");
            return;
        }
        BreakerState breaker = now.breaker();
        boolean isCanary =
                breaker != null
                        && breaker.canary() != null
                        && breaker.canary().host().equals(machine.name);
        boolean isResumed = breaker != null && breaker.resumedBy() != null;
        if (!isCanary && !isResumed && alike(host, now) >= threshold()) {
            broken(BASELINE, machine, "and it is no canary");
        }
    }

    private boolean isUpLongEnough(Machine machine) {
        long up = agenda.nowMillis() - upSince.getOrDefault(machine.name, 0L);
        return up > 2 * group.intervalMillis() + measureMillis + BEGIN_MILLIS;
    }

    private static long alike(Host host, SimulatedVerifier verifier) {
        Latch latch = host.latch();
        if (latch == null || latch.drift() == null) {
            return 0;
        }
        var incident = latch.drift().incident();
        return verifier.hosts().stream()
                .map(Host::latch)
                .filter(
                        other ->
                                other != null
                                        && other.drift() != null
                                        && other.drift().firstMeasurement()
                                        && other.drift().incident().equals(incident))
                .count();
    }

    private int threshold() {
        return Math.max(
                group.breakerMinHosts(),
                Math.ceilDiv(plant.machines().size() * group.breakerSharePercent(), 100));
    }
}

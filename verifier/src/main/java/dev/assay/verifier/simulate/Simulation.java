package dev.assay.verifier.simulate;

import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Journal;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.fleet.Views;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One run of a scenario. The same scenario and seed give the same run, to the millisecond.
public final class Simulation {
    private static final long MILLIS_PER_MINUTE = 60_000;

    /// After what befell the fleet is over, it has this long to come to rest.
    private static final long SETTLE_MILLIS = 36 * 60 * MILLIS_PER_MINUTE;

    private final Scenario scenario;
    private final Agenda agenda = new Agenda();
    private final Agenda.AgendaClock clock = new Agenda.AgendaClock(agenda);
    private final Timeline timeline = new Timeline(agenda);
    private final Sidelines sidelines = new Sidelines(agenda);
    private final GroupSettings group;
    private final Plant plant;
    private final Ledger ledger;
    private final Laws laws;
    private final SimulatedVerifier verifier;
    private final Happenings happenings;
    private final List<String> findings = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final Map<EventType, Integer> events = new TreeMap<>();
    private @Nullable OnDuty onDuty;

    /// @param hosts how many
    /// @param settings of the group
    public Simulation(Scenario scenario, int hosts, long seed, GroupSettings settings) {
        this.scenario = scenario;
        this.group = settings;
        SplittableRandom seeds = new SplittableRandom(seed);
        long measureMillis = Math.max(1, Math.round(scenario.measureSeconds() * 1000));
        plant = new Plant(agenda, seeds.split(), hosts, scenario.zones());
        ledger = new Ledger(agenda, clock);
        laws = new Laws(agenda, plant, group, ledger, measureMillis);
        MemoryStore store = new MemoryStore(host -> laws.seen(plant.machine(host.name()), host));
        store.saveGroup(group, Event.ofGroup(Agenda.START, EventType.GROUP_CREATED, "", Map.of()));
        for (Machine machine : plant.machines()) {
            store.add(SimulatedVerifier.enrolled(machine, group.zoneLabel()));
        }
        plant.publish(1, null);
        Journal journal = this::committed;
        verifier =
                new SimulatedVerifier(
                        agenda,
                        clock,
                        store,
                        sidelines,
                        new Site(agenda, sidelines, plant, laws).rungs(scenario),
                        seeds.split(),
                        journal,
                        new Observer() {
                            @Override
                            public void failed(String task, Throwable cause) {
                                failures.add(task + ": " + cause.getCause());
                            }
                        });
        laws.watch(verifier);
        Agents agents = new Agents(agenda, seeds.split(), plant, verifier, laws, measureMillis);
        plant.onPower(
                machine -> {
                    laws.booted(machine);
                    agents.begin(machine, 4_000);
                },
                laws::wentDown);
        happenings = new Happenings(agenda, seeds.split(), plant, verifier, clock, laws, timeline);
        Scenario.Person person = scenario.person();
        onDuty =
                person == null
                        ? null
                        : new OnDuty(agenda, seeds.split(), plant, verifier, person, timeline);
        for (Machine machine : plant.machines()) {
            machine.image = 1;
            machine.nextImage = 1;
            machine.bootUp(machine.boot, 0);
            agents.begin(machine, group.intervalMillis());
        }
    }

    /// The settings of the scenario's group.
    ///
    /// @param changes on top of them, by name
    /// @throws IllegalArgumentException where there is no such setting or a bound is broken
    public static GroupSettings settings(Scenario scenario, Map<String, ?> changes) {
        return GroupSettings.of(SimulatedVerifier.GROUP, SimulatedVerifier.CHANNEL)
                .with(scenario.group())
                .with(changes);
    }

    private void committed(Event event) {
        events.merge(event.type(), 1, Integer::sum);
        laws.committed(event);
        ledger.committed(event);
        timeline.committed(event);
        if (event.type() == EventType.BREAKER_DECIDED) {
            findings.add(event.details().getOrDefault("finding", ""));
        }
        if (onDuty != null) {
            onDuty.told(event);
        }
    }

    /// For so long.
    public Report run(double minutes) {
        happenings.plan(scenario.happenings());
        long until = (long) (minutes * MILLIS_PER_MINUTE);
        while (agenda.runNext(until)) {}
        return report();
    }

    /// For as long as the scenario says, and on until every host is where it may stay.
    public Report runToTheEnd() {
        happenings.plan(scenario.happenings());
        long until = (long) (scenario.minutes() * MILLIS_PER_MINUTE);
        while (agenda.runNext(until)) {}
        long most = until + SETTLE_MILLIS;
        Ending ending = new Ending(plant, verifier, group);
        List<String> restless = ending.restless();
        while (!restless.isEmpty() && agenda.nowMillis() < most) {
            until = agenda.nowMillis() + 5 * MILLIS_PER_MINUTE;
            while (agenda.runNext(until)) {}
            restless = ending.restless();
        }
        restless.forEach(what -> laws.broken(Laws.END, null, what));
        return report();
    }

    private Report report() {
        sidelines.stop();
        failures.forEach(
                failure -> laws.broken("the verifier itself does not fail", null, failure));
        return new Report(
                timeline.lines(),
                ledger.figures(plant.machines(), laws),
                findings,
                laws.breaches().stream().map(Report::text).toList(),
                states(),
                events,
                ledger.steps());
    }

    private Map<String, Integer> states() {
        Map<String, Integer> counts = new TreeMap<>();
        for (Host host : verifier.hosts()) {
            String state = Views.of(host, group, verifier.now()).state().wire();
            counts.merge(state, 1, Integer::sum);
        }
        return counts;
    }
}

package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Attempt;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.FleetStore;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Hosts;
import dev.assay.verifier.fleet.Journal;
import dev.assay.verifier.fleet.Latch;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Transition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Looks at one group and moves its resets on: asks the breaker and the policy, takes the step, and
/// has the executors run whose turn has come. The failure of one host does not keep it from the
/// others.
public final class Dispatcher {
    private final FleetStore store;
    private final BreakerStore breakerStore;
    private final Hosts hosts;
    private final Rungs rungs;
    private final Blockers blockers;
    private final java.util.concurrent.Executor background;
    private final RandomGenerator chance;
    private final Journal journal;
    private final Observer observer;
    private final Clock clock;
    private final Map<String, Instant> silentTogether = new HashMap<>();
    private final Map<String, Run> running = new ConcurrentHashMap<>();
    private final Map<String, BreakerState> breakers = new ConcurrentHashMap<>();
    private final Map<String, GroupSettings> settings = new ConcurrentHashMap<>();
    private final Queue<Runnable> unwritten = new ConcurrentLinkedQueue<>();

    /// @param background runs what may wait: executors and blockers
    /// @param chance which nobody can foresee
    public Dispatcher(
            FleetStore store,
            BreakerStore breakerStore,
            Hosts hosts,
            Rungs rungs,
            java.util.concurrent.Executor background,
            RandomGenerator chance,
            Journal journal,
            Observer observer,
            Clock clock) {
        this.store = store;
        this.breakerStore = breakerStore;
        this.hosts = hosts;
        this.rungs = rungs;
        this.blockers = new Blockers(rungs.blockers(), background, clock);
        this.background = background;
        this.chance = chance;
        this.journal = journal;
        this.observer = observer;
        this.clock = clock;
        breakers.putAll(breakerStore.loadBreakers());
    }

    /// The tripped breaker of the group; null where it is closed.
    public @Nullable BreakerState breaker(String group) {
        return breakers.get(group);
    }

    /// An operator lets the resets go on, whatever the breaker found.
    ///
    /// @return false where it has not tripped
    public synchronized boolean resume(String group, String by, String reason) {
        BreakerState state = breakers.get(group);
        if (state == null) {
            return false;
        }
        BreakerState resumed = state.resumed(by);
        Event event =
                Event.ofGroup(
                        clock.instant(),
                        EventType.BREAKER_RESUMED,
                        group,
                        Map.of("by", by, "reason", reason, "because", resumed.says()));
        breakerStore.saveBreaker(group, resumed, List.of(event));
        breakers.put(group, resumed);
        journal.committed(event);
        return true;
    }

    /// @param members of the group, all of them
    /// @param hearingSince when the verifier began to listen without a break
    synchronized void look(GroupSettings group, List<Host> members, Instant hearingSince) {
        Instant now = clock.instant();
        boolean together = SilencePolicy.isTogether(members, group, hearingSince, now);
        attempt("tell silence", group.name(), () -> tellSilence(group, together, now));
        settings.put(group.name(), group);
        writeOutcomes();
        if (!attempt("breaker", group.name(), () -> stepBreaker(group, members, now))) {
            // One that trips and is not written down stops nothing: until it is, nobody is reset.
            return;
        }
        running.values().forEach(this::leaveWhereOver);
        Slots slots = new Slots(group, members, underWay(now));
        Instant silenceCounts = silenceCounts(group, hearingSince, now);
        List<BreakerPolicy.Trip> others =
                BreakerPolicy.otherBaselines(breakers.get(group.name()), group, members, now);
        Look look = new Look(hearingSince, silenceCounts, together, slots, others);
        members.stream()
                .filter(host -> isOfInterest(host, group, silenceCounts, now))
                .sorted(
                        Comparator.comparingInt(ResetPolicy::urgency)
                                .thenComparing(Dispatcher::accusedSince)
                                .thenComparing(Host::name))
                .forEach(host -> attempt("reset", host.name(), () -> step(group, host, look)));
    }

    /// What is the same for all hosts of a group.
    ///
    /// @param hearingSince when the verifier began to listen without a break
    /// @param silenceCounts from when on silence is held against a host
    /// @param together whether so many are silent now that it is the network
    /// @param others baselines that are accused while the breaker is busy with something else
    private record Look(
            Instant hearingSince,
            Instant silenceCounts,
            boolean together,
            Slots slots,
            List<BreakerPolicy.Trip> others) {}

    /// After many were silent together each has its time anew: those who come back last were cut
    /// off as all the others were.
    private Instant silenceCounts(GroupSettings group, Instant hearingSince, Instant now) {
        Instant last = silentTogether.get(group.name());
        if (last == null || last.isBefore(hearingSince)) {
            return hearingSince;
        }
        // The clock may have been put back since.
        return last.isBefore(now) ? last : now;
    }

    /// Nearly all hosts are golden nearly all the time.
    private static boolean isOfInterest(
            Host host, GroupSettings group, Instant hearingSince, Instant now) {
        return host.openReset() != null
                || host.latch() != null
                || host.faultSince() != null
                || SilencePolicy.isTooLong(host, group, hearingSince, now);
    }

    private static Instant accusedSince(Host host) {
        Latch latch = host.latch();
        return latch == null ? Instant.MAX : latch.since();
    }

    private void tellSilence(GroupSettings group, boolean together, Instant now) {
        if (!together) {
            return;
        }
        Instant last = silentTogether.put(group.name(), now);
        if (last != null && !SilencePolicy.hasListened(group, last, now)) {
            return;
        }
        Event event =
                Event.ofGroup(
                        now,
                        EventType.SILENCE_TOGETHER,
                        group.name(),
                        Map.of("because", "many hosts fell silent at once: nobody is reset"));
        try {
            store.append(event);
        } catch (RuntimeException e) {
            // Told again at the next look.
            silentTogether.remove(group.name());
            throw e;
        }
        journal.committed(event);
    }

    private void stepBreaker(GroupSettings group, List<Host> members, Instant now) {
        BreakerState before = breakers.get(group.name());
        BreakerPolicy.Step step =
                BreakerPolicy.step(before, group, members, now, chance.nextLong());
        BreakerState after = step.state();
        if (step.events().isEmpty() && Objects.equals(before, after)) {
            return;
        }
        breakerStore.saveBreaker(group.name(), after, step.events());
        if (after == null) {
            breakers.remove(group.name());
        } else {
            breakers.put(group.name(), after);
        }
        step.events().forEach(journal::committed);
    }

    private void step(GroupSettings group, Host seen, Look look) {
        Instant now = clock.instant();
        Slots slots = look.slots();
        boolean listened = SilencePolicy.hasListened(group, look.hearingSince(), now);
        if (listened) {
            hosts.change(seen.name(), host -> Course.overdueFault(host, group, now));
        }
        hosts.change(
                        seen.name(),
                        host -> {
                            // A deadline that passed while the verifier was away: the host may have
                            // come back and found nobody to tell.
                            if (!listened && isOrdered(host)) {
                                return Transition.unchanged(host);
                            }
                            Decision decision =
                                    ResetPolicy.decide(
                                            host, group, situation(host, group, look), now);
                            if (decision instanceof Decision.Watch(var c, var r, var obstacle)
                                    && obstacle == null) {
                                // So that what is observed is what would be done.
                                slots.take(host);
                            }
                            return Course.step(host, group, decision, resetId(host), now);
                        })
                .ifPresent(
                        after -> {
                            if (after.takesSlot()) {
                                slots.take(after);
                            } else if (group.mode() != Mode.OBSERVE) {
                                slots.free(after);
                            }
                            runExecutor(group, seen, after);
                        });
    }

    private Situation situation(Host host, GroupSettings group, Look look) {
        return new Situation(
                SilencePolicy.isTooLong(host, group, look.silenceCounts(), clock.instant()),
                look.together(),
                BreakerPolicy.obstacle(breakers.get(group.name()), look.others(), host),
                blockers.obstacle(group),
                look.slots().obstacle(host));
    }

    private static boolean isOrdered(Host host) {
        Reset open = host.openReset();
        return open != null && open.status() == Reset.Status.ORDERED;
    }

    private String resetId(Host host) {
        Reset open = host.openReset();
        return open != null
                ? open.id()
                : HexFormat.of().toHexDigits(chance.nextLong())
                        + HexFormat.of().toHexDigits(chance.nextLong());
    }

    /// Once: that its turn has come is durable before it is run, and after a crash it is not run
    /// again, only waited for.
    private void runExecutor(GroupSettings group, Host before, Host after) {
        Reset reset = after.openReset();
        Attempt attempt = reset == null ? null : reset.lastAttempt();
        Reset known = before.openReset();
        boolean isNew =
                known == null
                        || reset == null
                        || !known.id().equals(reset.id())
                        || known.attempts().size() < reset.attempts().size();
        if (reset == null
                || attempt == null
                || !isNew
                || attempt.rung().equals(Reset.AGENT)
                || attempt.endedAt() != null) {
            return;
        }
        String key = reset.id() + attempt.rung();
        Run run = new Run(after.name(), reset.id(), attempt.rung(), attempt.deadline());
        if (running.putIfAbsent(key, run) == null) {
            background.execute(
                    () -> {
                        try {
                            runExecutor(group, after, reset, attempt, run);
                        } finally {
                            running.remove(key);
                        }
                    });
        }
    }

    /// An executor whose turn is over, or whose host came back without it, would take down a host
    /// that is golden.
    private void leaveWhereOver(Run run) {
        Reset reset = hosts.named(run.host()).map(Host::openReset).orElse(null);
        if (reset == null || !reset.id().equals(run.reset()) || !reset.isOn(run.rung())) {
            run.leave();
        }
    }

    /// The hosts that an executor may take down yet, whatever became of their resets.
    private Set<String> underWay(Instant now) {
        return running.values().stream()
                .filter(run -> now.isBefore(run.deadline()))
                .map(Run::host)
                .collect(Collectors.toSet());
    }

    private void runExecutor(
            GroupSettings group, Host host, Reset reset, Attempt attempt, Run run) {
        Reset present = hosts.named(host.name()).map(Host::openReset).orElse(null);
        if (present == null
                || !present.id().equals(reset.id())
                || !attempt.equals(present.lastAttempt())) {
            // It was run, and has answered, between the look and this.
            return;
        }
        Executor.Outcome outcome;
        try {
            Executor executor = rungs.executors().get(attempt.rung());
            outcome =
                    executor == null
                            ? new Executor.Outcome.Failed("the site file has no such executor", "")
                            : run.reset(
                                    executor,
                                    new ResetTask(
                                            reset.id(),
                                            host.name(),
                                            host.platformId(),
                                            host.labels(),
                                            reset.boot(),
                                            reset.remedy(),
                                            reset.reason(),
                                            Duration.ofMillis(group.resetDeadlineMillis())));
        } catch (InterruptedException e) {
            // The verifier stops, or the turn is over: the attempt's deadline decides.
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException e) {
            observer.failed("executor " + attempt.rung(), e);
            outcome = new Executor.Outcome.Failed("it broke: " + e.getClass().getSimpleName(), "");
        }
        Executor.Outcome answer = outcome;
        writeOutcome(host.name(), () -> answered(group, host.name(), reset, attempt, answer));
    }

    /// What cannot be written now is written at a later look: a receipt that was lost is a reset
    /// that was never proved.
    private void writeOutcome(String host, Runnable write) {
        if (!attempt("outcome of an executor", host, write)) {
            unwritten.add(() -> writeOutcome(host, write));
        }
    }

    private void writeOutcomes() {
        for (int left = unwritten.size(); left > 0; left--) {
            Runnable next = unwritten.poll();
            if (next != null) {
                next.run();
            }
        }
    }

    /// @param old as the group was when the executor was asked, an hour ago maybe
    private void answered(
            GroupSettings old,
            String name,
            Reset reset,
            Attempt attempt,
            Executor.Outcome outcome) {
        GroupSettings group = settings.getOrDefault(old.name(), old);
        Host before = hosts.named(name).orElse(null);
        if (before == null) {
            return;
        }
        hosts.change(
                        name,
                        host ->
                                Course.attemptEnded(
                                        host,
                                        group,
                                        reset.id(),
                                        attempt.rung(),
                                        outcome,
                                        clock.instant()))
                .ifPresent(after -> runExecutor(group, before, after));
    }

    /// @param task a word of the code: it becomes a label, and there are as many hosts as enrol
    /// @param whom it was done for, told in the log alone
    /// @return whether it was done
    private boolean attempt(String task, String whom, Runnable work) {
        try {
            work.run();
            return true;
        } catch (RuntimeException e) {
            observer.failed(task, new IllegalStateException(task + " of " + whom + " failed", e));
            return false;
        }
    }
}

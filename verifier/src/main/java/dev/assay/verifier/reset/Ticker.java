package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.FleetStore;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Groups;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Hosts;
import dev.assay.verifier.fleet.Journal;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Transition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Looks at every host a few times a second and moves its reset on. What anybody is told does not
/// hang on it: a verdict expires by itself. Its own failure is told and never ends it, and the
/// failure of one host does not keep it from the others.
public final class Ticker implements AutoCloseable {
    private static final long PERIOD_MILLIS = 200;
    private static final long FLUSH_MILLIS = 1_000;

    /// A pause of the verifier (a suspended machine, a stopped process) of this length is an
    /// outage: the clocks of silence begin anew after it.
    static final Duration OUTAGE = Duration.ofSeconds(60);

    private final FleetStore store;
    private final Hosts hosts;
    private final Groups groups;
    private final List<Chore> chores;
    private final Journal journal;
    private final Observer observer;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    private final Set<String> silentTogether = new HashSet<>();
    private final Set<Thread> commands = new HashSet<>();
    private @Nullable Thread thread;
    private boolean lookNow;
    private volatile boolean closed;
    private Instant hearingSince;
    private Instant lastTick;
    private Instant lastFlush;

    public Ticker(
            FleetStore store,
            Hosts hosts,
            Groups groups,
            List<Chore> chores,
            Journal journal,
            Observer observer,
            Clock clock) {
        this.store = store;
        this.hosts = hosts;
        this.groups = groups;
        this.chores = List.copyOf(chores);
        this.journal = journal;
        this.observer = observer;
        this.clock = clock;
        this.hearingSince = clock.instant();
        this.lastTick = hearingSince;
        this.lastFlush = hearingSince;
    }

    public void start() {
        thread = Thread.ofVirtual().name("assay-ticker").start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                awaitNext();
                tick();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                observer.failed("tick", e);
            }
        }
    }

    private void awaitNext() throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);
            while (!lookNow && left > 0) {
                left = wanted.awaitNanos(left);
            }
            lookNow = false;
        } finally {
            lock.unlock();
        }
    }

    /// A host has changed.
    public void wake() {
        lock.lock();
        try {
            lookNow = true;
            wanted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// One look at everything.
    public synchronized void tick() {
        Instant now = clock.instant();
        if (Duration.between(lastTick, now).compareTo(OUTAGE) > 0) {
            hearingSince = now;
        }
        lastTick = now;
        List<Host> all = hosts.unsorted();
        for (GroupSettings group : groups.list()) {
            tick(group, all.stream().filter(host -> host.group().equals(group.name())).toList());
        }
        if (Duration.between(lastFlush, now).abs().toMillis() >= FLUSH_MILLIS) {
            lastFlush = now;
            attempt("write liveness", "all hosts", hosts::flushLiveness);
        }
        chores.forEach(chore -> attempt(chore.name(), "the verifier", chore.work()));
    }

    private void tick(GroupSettings group, List<Host> members) {
        Instant now = clock.instant();
        boolean together = SilencePolicy.isTogether(members, group, hearingSince, now);
        attempt("tell silence", group.name(), () -> tellSilence(group, together, now));
        Set<String> slots = new HashSet<>();
        members.stream().filter(Host::takesSlot).forEach(host -> slots.add(host.name()));
        for (Host member : members) {
            if (isOfInterest(member, group, now)) {
                attempt("reset", member.name(), () -> tick(group, member, together, slots));
            }
        }
    }

    /// Nearly all hosts are golden nearly all the time.
    private boolean isOfInterest(Host host, GroupSettings group, Instant now) {
        return host.openReset() != null
                || host.latch() != null
                || host.faultSince() != null
                || SilencePolicy.isTooLong(host, group, hearingSince, now);
    }

    private void tellSilence(GroupSettings group, boolean together, Instant now) {
        if (!together) {
            silentTogether.remove(group.name());
        } else if (silentTogether.add(group.name())) {
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
    }

    /// @param slots who of the group has one, kept up to date
    private void tick(GroupSettings group, Host seen, boolean together, Set<String> slots) {
        Instant now = clock.instant();
        boolean listened = SilencePolicy.hasListened(group, hearingSince, now);
        if (listened) {
            hosts.change(seen.name(), host -> Course.overdueFault(host, group, now));
        }
        slots.remove(seen.name());
        hosts.change(
                        seen.name(),
                        host -> {
                            // A deadline that passed while the verifier was away: the host may have
                            // come back and found nobody to tell.
                            if (!listened && isOrdered(host)) {
                                return Transition.unchanged(host);
                            }
                            boolean silent =
                                    SilencePolicy.isTooLong(host, group, hearingSince, now);
                            Decision decision =
                                    ResetPolicy.decide(
                                            host,
                                            group,
                                            new Situation(silent, together, slots.size()),
                                            now);
                            return Course.step(host, group, decision, freshId(), now);
                        })
                .ifPresent(
                        after -> {
                            if (after.takesSlot()) {
                                slots.add(after.name());
                            }
                            runCommand(group, seen, after);
                        });
    }

    private static boolean isOrdered(Host host) {
        Reset open = host.openReset();
        return open != null && open.status() == Reset.Status.ORDERED;
    }

    private static String freshId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /// Once: that the command's turn has come is durable before it is run, and after a crash it is
    /// not run again, only waited for.
    private void runCommand(GroupSettings group, Host before, Host after) {
        Reset reset = after.openReset();
        Reset last = before.openReset();
        if (reset == null
                || reset.rung() != Reset.Rung.COMMAND
                || last != null && last.rung() == Reset.Rung.COMMAND) {
            return;
        }
        Thread command =
                Thread.ofVirtual()
                        .name("assay-command-" + after.name())
                        .unstarted(() -> runCommand(group, after, reset));
        synchronized (commands) {
            commands.add(command);
        }
        command.start();
    }

    private void runCommand(GroupSettings group, Host host, Reset reset) {
        try {
            Executor.Outcome outcome =
                    new CommandExecutor(group.executorCommand())
                            .reset(
                                    new ResetTask(
                                            reset.id(),
                                            host.name(),
                                            host.platformId(),
                                            host.labels(),
                                            reset.boot(),
                                            reset.remedy(),
                                            reset.reason(),
                                            Duration.ofMillis(group.executorTimeoutMillis())));
            String failure =
                    switch (outcome) {
                        case Executor.Outcome.Done done -> null;
                        case Executor.Outcome.Failed failed -> failed.why();
                    };
            attempt(
                    "outcome of the command",
                    host.name(),
                    () ->
                            hosts.change(
                                    host.name(),
                                    current ->
                                            Course.commandEnded(
                                                    current,
                                                    group,
                                                    reset.id(),
                                                    failure,
                                                    outcome.output(),
                                                    clock.instant())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (commands) {
                commands.remove(Thread.currentThread());
            }
        }
    }

    /// @param task a word of the code: it becomes a label, and there are as many hosts as enrol
    /// @param whom it was done for, told in the log alone
    private void attempt(String task, String whom, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            observer.failed(task, new IllegalStateException(task + " of " + whom + " failed", e));
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
        Thread running = thread;
        try {
            if (running != null) {
                running.join(Duration.ofSeconds(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (commands) {
            commands.forEach(Thread::interrupt);
        }
    }
}

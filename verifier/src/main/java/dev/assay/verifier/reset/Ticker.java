package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Groups;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Hosts;
import dev.assay.verifier.fleet.Observer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    private final Hosts hosts;
    private final Groups groups;
    private final Dispatcher dispatcher;
    private final List<Chore> chores;
    private final Observer observer;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    private @Nullable Thread thread;
    private boolean lookNow;
    private volatile boolean closed;
    private Instant hearingSince;
    private Instant lastTick;
    private Instant lastFlush;

    public Ticker(
            Hosts hosts,
            Groups groups,
            Dispatcher dispatcher,
            List<Chore> chores,
            Observer observer,
            Clock clock) {
        this.hosts = hosts;
        this.groups = groups;
        this.dispatcher = dispatcher;
        this.chores = List.copyOf(chores);
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
        // A clock that is put back would leave it listening only in the future.
        if (Duration.between(lastTick, now).compareTo(OUTAGE) > 0 || hearingSince.isAfter(now)) {
            hearingSince = now;
        }
        lastTick = now;
        List<Host> all = hosts.unsorted();
        for (GroupSettings group : groups.list()) {
            List<Host> members =
                    all.stream()
                            .filter(host -> host.group().equals(group.name()))
                            .filter(host -> host.archivedAt() == null)
                            .toList();
            attempt(
                    "look at a group",
                    group.name(),
                    () -> dispatcher.look(group, members, hearingSince));
        }
        if (Duration.between(lastFlush, now).abs().toMillis() >= FLUSH_MILLIS) {
            lastFlush = now;
            attempt("write liveness", "all hosts", hosts::flushLiveness);
        }
        chores.forEach(chore -> attempt(chore.name(), "the verifier", chore.work()));
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
    }
}

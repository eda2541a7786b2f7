package dev.assay.verifier.feed;

import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The events in their order, durable, for as many readers as there are, each with a cursor of its
/// own.
public final class Feed {
    public static final int MAX_LIMIT = 1000;

    /// Of the newest, whatever their age: about a thousand for each host of a large fleet.
    public static final long KEPT_EVENTS = 1_000_000;

    /// Whatever their number.
    public static final int KEPT_DAYS = 30;

    private static final int PRUNED_AT_ONCE = 5_000;
    public static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /// Another replica's events wake nobody here, so that a reader looks by itself now and then.
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final EventStore store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition appended = lock.newCondition();
    private long wakeups;

    public Feed(EventStore store) {
        this.store = store;
    }

    /// @param after the cursor of the last event that the reader has; 0 for the oldest that is kept
    /// @throws RefusedException where events after it were pruned: a reader that went on in silence
    ///   would never know what it missed
    public List<Event> after(long after, int limit) throws RefusedException {
        List<Event> events = store.eventsAfter(after, Math.clamp(limit, 1, MAX_LIMIT));
        // Cursors have no gaps but the one that pruning makes.
        if (after > 0 && !events.isEmpty() && events.getFirst().cursor() != after + 1) {
            throw new RefusedException(
                    Refusal.CURSOR_GONE,
                    "events after "
                            + after
                            + " were pruned, the oldest is "
                            + events.getFirst().cursor()
                            + ": look at the hosts as they are, and go on after "
                            + (events.getFirst().cursor() - 1));
        }
        return events;
    }

    /// Removes what is older than {@link #KEPT_DAYS} and not among the newest {@link #KEPT_EVENTS};
    /// a little at a time.
    ///
    /// @return how many
    public int prune(Instant now) {
        return store.prune(KEPT_EVENTS, now.minus(Duration.ofDays(KEPT_DAYS)), PRUNED_AT_ONCE);
    }

    /// Waits until there is an event after the cursor, at most `wait`; empty where none came.
    public List<Event> await(long after, int limit, Duration wait)
            throws InterruptedException, RefusedException {
        long endNanos = System.nanoTime() + Math.min(wait.toNanos(), MAX_WAIT.toNanos());
        while (true) {
            long seen = wakeups();
            List<Event> events = after(after, limit);
            long leftNanos = endNanos - System.nanoTime();
            if (!events.isEmpty() || leftNanos <= 0) {
                return events;
            }
            awaitWakeup(seen, Math.min(leftNanos, LOOK_AGAIN.toNanos()));
        }
    }

    private long wakeups() {
        lock.lock();
        try {
            return wakeups;
        } finally {
            lock.unlock();
        }
    }

    /// An event that came between the look and the wait has raised the count already.
    private void awaitWakeup(long seen, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (wakeups == seen && left > 0) {
                left = appended.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Called after events were committed.
    public void wake() {
        lock.lock();
        try {
            wakeups++;
            appended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The cursor of the newest event; 0 where there is none.
    public long newest() {
        return store.newestCursor();
    }
}

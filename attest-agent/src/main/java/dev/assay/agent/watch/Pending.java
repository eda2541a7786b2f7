package dev.assay.agent.watch;

import dev.assay.tree.NodePath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What was noticed and not told yet: each path once, and never more than a bound, whatever writes.
/// Between the thread that reads the kernel's queue and the one that measures.
final class Pending {
    /// Above, the directories are told in their place; above this of directories, all is lost.
    static final int MAX_PATHS = 10_000;

    /// A burst is over when nothing came for so long,
    private static final long CALM_NANOS = Duration.ofMillis(30).toNanos();

    /// or has gone on for so long: what is written without an end must not be told never.
    private static final long LONGEST_NANOS = Duration.ofMillis(250).toNanos();

    private static final Duration RARE_PAUSE = Duration.ofMinutes(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition noticed = lock.newCondition();
    private final int maxPaths;
    private final long rarePauseNanos;

    private Map<NodePath, @Nullable Culprit> changed = new LinkedHashMap<>();
    private boolean directoriesOnly;
    private boolean lost;
    private long firstNanos;
    private long lastNanos;
    private long rareNanos;
    private boolean rareOwed;

    /// Something is not watched: it has to be looked at each time that the wait is over.
    private boolean blind;

    private long wholeNanos = System.nanoTime();

    Pending(int maxPaths) {
        this(maxPaths, RARE_PAUSE);
    }

    /// @param rarePause between two times that {@link #loseRarely} is heard
    Pending(int maxPaths, Duration rarePause) {
        this.maxPaths = maxPaths;
        this.rarePauseNanos = rarePause.toNanos();
    }

    /// Whether it is not known yet, so that it is worth asking who did it.
    boolean isNews(NodePath path) {
        lock.lock();
        try {
            return !lost && !changed.containsKey(directoriesOnly ? directory(path) : path);
        } finally {
            lock.unlock();
        }
    }

    void add(NodePath path, @Nullable Culprit culprit) {
        lock.lock();
        try {
            stamp();
            if (lost) {
                return;
            }
            put(changed, directoriesOnly ? directory(path) : path, culprit);
            if (changed.size() > maxPaths && !directoriesOnly) {
                directoriesOnly = true;
                Map<NodePath, @Nullable Culprit> directories = new LinkedHashMap<>();
                changed.forEach((each, who) -> put(directories, directory(each), who));
                changed = directories;
            }
            if (changed.size() > maxPaths) {
                loseAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The measured root stands for itself: nothing above it is known to whom this is told.
    private static NodePath directory(NodePath path) {
        NodePath parent = path.parent();
        return parent.isRoot() ? path : parent;
    }

    private static void put(
            Map<NodePath, @Nullable Culprit> map, NodePath path, @Nullable Culprit culprit) {
        if (culprit != null || !map.containsKey(path)) {
            map.put(path, culprit);
        }
    }

    void lose() {
        lock.lock();
        try {
            stamp();
            loseAll();
        } finally {
            lock.unlock();
        }
    }

    /// For what perhaps changed something that is measured, such as a write by a hard link. Who
    /// does that all day must not make everything be looked at all day; but each time is followed
    /// by a look, if a late one.
    void loseRarely() {
        lock.lock();
        try {
            long now = System.nanoTime();
            if (rareNanos == 0 || rareDue(now) <= 0) {
                loseNow(now);
            } else {
                rareOwed = true;
                noticed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private long rareDue(long now) {
        return rarePauseNanos - (now - rareNanos);
    }

    private void loseNow(long now) {
        rareNanos = now;
        stamp();
        loseAll();
    }

    private void loseAll() {
        lost = true;
        rareOwed = false;
        changed = new LinkedHashMap<>();
    }

    private void stamp() {
        lastNanos = System.nanoTime();
        if (changed.isEmpty() && !lost) {
            firstNanos = lastNanos;
        }
        noticed.signalAll();
    }

    void setBlind(boolean blind) {
        lock.lock();
        try {
            this.blind = blind;
        } finally {
            lock.unlock();
        }
    }

    Hints await(Duration atMost) throws InterruptedException {
        long begin = System.nanoTime();
        long maxNanos = TimeUnit.NANOSECONDS.convert(atMost);
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = System.nanoTime();
                long left = maxNanos - (now - begin);
                if (rareOwed && rareDue(now) <= 0) {
                    loseNow(now);
                } else if (rareOwed) {
                    left = Math.min(left, rareDue(now));
                }
                if (!changed.isEmpty() || lost) {
                    left =
                            Math.min(
                                    left,
                                    Math.min(
                                            CALM_NANOS - (now - lastNanos),
                                            LONGEST_NANOS - (now - firstNanos)));
                }
                if (left <= 0) {
                    return take(now, blind && now - wholeNanos >= maxNanos);
                }
                noticed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private Hints take(long now, boolean whole) {
        List<Hint> hints = new ArrayList<>(changed.size());
        changed.forEach((path, culprit) -> hints.add(new Hint(path, culprit)));
        Hints taken = new Hints(hints, lost || whole);
        changed = new LinkedHashMap<>();
        directoriesOnly = false;
        lost = false;
        if (taken.lost()) {
            wholeNanos = now;
        }
        return taken;
    }
}

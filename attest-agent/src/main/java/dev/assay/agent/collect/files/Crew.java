package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The threads of one measurement. A job may give further jobs; what is heavy is put off, so that
/// at the end, when nothing is left to be found, the heaviest go first and all threads end
/// together.
public final class Crew {
    /// Of jobs that are put off; each may hold an open file.
    private static final int MAX_LATER = 256;

    private static final int LOOKS_PER_PATIENCE = 8;

    private record Heavy(long weight, Runnable job) {}

    private final int size;
    private final Runnable first;
    private final Runnable whenDry;
    private final Deque<Runnable> jobs = new ArrayDeque<>();
    private final PriorityQueue<Heavy> later =
            new PriorityQueue<>(Comparator.comparingLong(Heavy::weight).reversed());
    private int waiting;
    private boolean over;
    private @Nullable Throwable failure;

    private volatile boolean interrupted;
    private volatile boolean abandoned;

    /// Read without the lock at every name that is walked: a stale answer costs a moment.
    private volatile boolean hungry;

    /// @param size threads beside the caller of {@link #run}, who looks after them
    /// @param whenDry run by a thread that finds no job, before it waits; it may bring forth jobs
    public Crew(int size, Runnable whenDry) {
        this(size, () -> {}, whenDry);
    }

    /// @param first run by each thread before anything else
    public Crew(int size, Runnable first, Runnable whenDry) {
        this.size = size;
        this.first = first;
        this.whenDry = whenDry;
    }

    /// Runs the job and all that it gives, on all threads; returns when nothing is left, or when
    /// one of them waits for the kernel longer than the patience is. Then the others end soon, that
    /// one when it is answered, and all that any of them does from now on must be void.
    ///
    /// @return who waits and for what; null where all is done
    /// @throws IllegalStateException where a job failed: a measurement with a hole in it would pass
    ///   for one
    @Nullable Asking run(Runnable job, Duration patience) {
        give(job);
        List<Asking> askings = new CopyOnWriteArrayList<>();
        CountDownLatch working = new CountDownLatch(size);
        for (int i = 0; i < size; i++) {
            Thread.ofPlatform()
                    .name("measure-", i)
                    .daemon()
                    .start(
                            () -> {
                                try {
                                    askings.add(Asking.mine());
                                    first.run();
                                    work();
                                } catch (RuntimeException | Error e) {
                                    // The others would wait for this one for ever.
                                    fail(e);
                                    abandon();
                                } finally {
                                    working.countDown();
                                }
                            });
        }
        Asking stuck = supervise(working, askings, patience);
        finish(stuck != null);
        return stuck;
    }

    /// Until all threads have ended, or one is stuck: then it is null no more. Looks are counted,
    /// and not time alone: a machine that was asleep has not been impatient.
    private @Nullable Asking supervise(
            CountDownLatch working, List<Asking> askings, Duration patience) {
        long nanos = patience.toNanos() / LOOKS_PER_PATIENCE;
        Map<Asking, Seen> seen = new HashMap<>();
        while (true) {
            try {
                if (working.await(nanos, TimeUnit.NANOSECONDS)) {
                    return null;
                }
                for (Asking asking : askings) {
                    Seen now = Seen.of(asking.calls(), seen.get(asking));
                    if (now.looks() >= LOOKS_PER_PATIENCE) {
                        abandon();
                        return asking;
                    }
                    seen.put(asking, now);
                }
            } catch (InterruptedException e) {
                // A measurement ends by itself; whoever interrupted learns it afterwards.
                interrupted = true;
            }
        }
    }

    /// @param looks at which the same call was under way as now
    private record Seen(long calls, int looks) {
        static Seen of(long calls, @Nullable Seen before) {
            boolean same = before != null && before.calls == calls && (calls & 1) == 1;
            return new Seen(calls, same && before != null ? before.looks + 1 : 0);
        }
    }

    private synchronized void abandon() {
        abandoned = true;
        over = true;
        notifyAll();
    }

    /// Whether what is done from now on is void. Jobs that are left are still run, so that each
    /// closes what it has open, and are to end soon.
    public boolean isAbandoned() {
        return abandoned;
    }

    /// @throws FileFaultException where what is read is void
    public void requireWanted() throws FileFaultException {
        if (abandoned) {
            throw new FileFaultException(Fault.UNREADABLE, "no longer wanted");
        }
    }

    /// Whether a thread has nothing to do: who has much may give some of it.
    boolean isHungry() {
        return hungry;
    }

    public synchronized void give(Runnable job) {
        jobs.addLast(job);
        hungry = waiting > jobs.size();
        notifyAll();
    }

    /// Puts a heavy job off; where too many are, the caller does the heaviest itself.
    ///
    /// @param weight any measure of how long it takes
    public void later(long weight, Runnable job) {
        Heavy mine = null;
        synchronized (this) {
            later.add(new Heavy(weight, job));
            if (later.size() > MAX_LATER) {
                mine = later.poll();
            } else if (waiting > 0) {
                notifyAll();
            }
        }
        if (mine != null) {
            mine.job().run();
        }
    }

    private void work() {
        boolean dry = false;
        while (true) {
            Runnable job = next(dry);
            if (job == null) {
                if (dry) {
                    return;
                }
                job = whenDry;
                dry = true;
            } else {
                dry = false;
            }
            try {
                job.run();
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    /// Null where there is none: at once before the thread ran dry, else only when all is over.
    private synchronized @Nullable Runnable next(boolean mayWait) {
        while (true) {
            Heavy heavy = jobs.isEmpty() ? later.poll() : null;
            Runnable job = heavy == null ? jobs.pollFirst() : heavy.job();
            if (job != null || over || !mayWait) {
                hungry = waiting > jobs.size();
                return job;
            }
            waiting++;
            hungry = true;
            if (waiting == size) {
                over = true;
                notifyAll();
            } else {
                try {
                    wait();
                } catch (InterruptedException e) {
                    // A measurement ends by itself; whoever interrupted learns it afterwards.
                    interrupted = true;
                }
            }
            waiting--;
        }
    }

    /// The others go on: what is open is closed only by the job that has it.
    private synchronized void fail(Throwable e) {
        failure = failure == null ? e : failure;
    }

    private synchronized void finish(boolean stuck) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null && !stuck) {
            throw new IllegalStateException("measuring a file failed", failure);
        }
    }
}

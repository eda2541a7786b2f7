package dev.assay.agent.collect.files;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The threads of one measurement. A job may give further jobs; what is heavy is put off, so that
/// at the end, when nothing is left to be found, the heaviest go first and all threads end
/// together.
public final class Crew {
    /// Of jobs that are put off; each may hold an open file.
    private static final int MAX_LATER = 256;

    private record Heavy(long weight, Runnable job) {}

    private final int size;
    private final Runnable whenDry;
    private final Deque<Runnable> jobs = new ArrayDeque<>();
    private final PriorityQueue<Heavy> later =
            new PriorityQueue<>(Comparator.comparingLong(Heavy::weight).reversed());
    private int waiting;
    private boolean over;
    private boolean interrupted;
    private @Nullable Throwable failure;

    /// Read without the lock at every name that is walked: a stale answer costs a moment.
    private volatile boolean hungry;

    /// @param size threads, the caller of {@link #run} among them
    /// @param whenDry run by a thread that finds no job, before it waits; it may bring forth jobs
    public Crew(int size, Runnable whenDry) {
        this.size = size;
        this.whenDry = whenDry;
    }

    /// Runs the job and all that it gives, on all threads; returns when nothing is left.
    ///
    /// @throws IllegalStateException where a job failed: a measurement with a hole in it would pass
    ///   for one
    void run(Runnable first) {
        give(first);
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < size; i++) {
            others.add(Thread.ofPlatform().name("measure-", i).daemon().start(this::work));
        }
        work();
        others.forEach(this::join);
        finish();
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
                if (isOver()) {
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

    private synchronized boolean isOver() {
        return over;
    }

    /// The others go on: what is open is closed only by the job that has it.
    private synchronized void fail(Throwable e) {
        failure = failure == null ? e : failure;
    }

    private synchronized void finish() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new IllegalStateException("measuring a file failed", failure);
        }
    }

    private void join(Thread thread) {
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                synchronized (this) {
                    interrupted = true;
                }
            }
        }
    }
}

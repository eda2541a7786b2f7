package dev.assay.verifier.simulate;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Runs what may wait, in simulated time: each work on a thread of its own, and only one thread at
/// a time, handed on by hand. What blocks, blocks until the agenda comes to its time.
final class Sidelines implements Executor {
    private final Agenda agenda;
    private final Set<Work> unfinished = new LinkedHashSet<>();
    private @Nullable Work current;

    Sidelines(Agenda agenda) {
        this.agenda = agenda;
    }

    private static final class Work {
        final Semaphore turn = new Semaphore(0);
        final Semaphore back = new Semaphore(0);
        @Nullable Thread thread;
        @Nullable Throwable failure;
        boolean stopped;
        boolean done;
    }

    /// It begins when what is being done now is done: whoever hands it in may hold a lock.
    @Override
    public void execute(Runnable runnable) {
        Work work = new Work();
        unfinished.add(work);
        work.thread =
                Thread.ofVirtual()
                        .name("simulated")
                        .unstarted(
                                () -> {
                                    work.turn.acquireUninterruptibly();
                                    try {
                                        if (!work.stopped) {
                                            runnable.run();
                                        }
                                    } catch (RuntimeException | Error e) {
                                        work.failure = e;
                                    } finally {
                                        work.done = true;
                                        work.back.release();
                                    }
                                });
        agenda.after(0, () -> start(work));
    }

    private void start(Work work) {
        if (!work.done && work.thread != null && work.thread.getState() == Thread.State.NEW) {
            work.thread.start();
            resume(work);
        }
    }

    private void resume(Work work) {
        if (work.done) {
            return;
        }
        Work before = current;
        current = work;
        work.turn.release();
        work.back.acquireUninterruptibly();
        current = before;
        if (work.done) {
            unfinished.remove(work);
        }
        if (work.failure != null) {
            throw new IllegalStateException("a work in the background broke", work.failure);
        }
    }

    /// Called by a work: lets the time pass.
    ///
    /// @throws InterruptedException where the verifier stops meanwhile
    void pause(long millis) throws InterruptedException {
        Work work = current;
        if (work == null) {
            throw new IllegalStateException("only what runs in the background may wait");
        }
        agenda.after(millis, () -> resume(work));
        work.back.release();
        work.turn.acquireUninterruptibly();
        if (work.stopped || Thread.interrupted()) {
            throw new InterruptedException("it is told to leave off");
        }
    }

    /// The verifier stops: what runs is interrupted, and does not come back.
    void stop() {
        for (Work work : List.copyOf(unfinished)) {
            work.stopped = true;
            if (work.thread != null && work.thread.getState() == Thread.State.NEW) {
                work.done = true;
                unfinished.remove(work);
            } else {
                resume(work);
            }
        }
    }
}

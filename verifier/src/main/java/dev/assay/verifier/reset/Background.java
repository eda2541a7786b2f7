package dev.assay.verifier.reset;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/// Runs what may wait on virtual threads; at the end they are interrupted.
public final class Background implements Executor, AutoCloseable {
    private final Set<Thread> running = new HashSet<>();
    private boolean closed;

    @Override
    public void execute(Runnable work) {
        Thread thread =
                Thread.ofVirtual()
                        .name("assay-background")
                        .unstarted(
                                () -> {
                                    try {
                                        work.run();
                                    } finally {
                                        remove();
                                    }
                                });
        synchronized (running) {
            if (!closed) {
                running.add(thread);
                thread.start();
            }
        }
    }

    private void remove() {
        synchronized (running) {
            running.remove(Thread.currentThread());
        }
    }

    @Override
    public void close() {
        synchronized (running) {
            closed = true;
            running.forEach(Thread::interrupt);
        }
    }
}

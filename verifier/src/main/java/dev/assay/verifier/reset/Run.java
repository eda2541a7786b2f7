package dev.assay.verifier.reset;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An executor that is at work, and can be told to leave off.
final class Run {
    private final String host;
    private final String reset;
    private final String rung;
    private final Instant deadline;
    private @Nullable Thread thread;
    private boolean left;

    /// @param deadline after which nobody waits for it
    Run(String host, String reset, String rung, Instant deadline) {
        this.host = host;
        this.reset = reset;
        this.rung = rung;
        this.deadline = deadline;
    }

    String host() {
        return host;
    }

    String reset() {
        return reset;
    }

    String rung() {
        return rung;
    }

    Instant deadline() {
        return deadline;
    }

    /// @throws InterruptedException where it was told to leave off, before or meanwhile
    Executor.Outcome reset(Executor executor, ResetTask task) throws InterruptedException {
        synchronized (this) {
            if (left) {
                throw new InterruptedException("its turn is over");
            }
            thread = Thread.currentThread();
        }
        try {
            return executor.reset(task);
        } finally {
            synchronized (this) {
                // From here on an interrupt would hit what writes the outcome down.
                thread = null;
            }
        }
    }

    synchronized void leave() {
        if (!left) {
            left = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}

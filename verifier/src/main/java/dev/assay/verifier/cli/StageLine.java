package dev.assay.verifier.cli;

import dev.assay.text.Terminal;
import dev.assay.verifier.collect.Stages;
import java.io.PrintWriter;

/// One line on a terminal's standard error that says how far a collection is, and goes away.
final class StageLine implements Stages, AutoCloseable {
    private static final long NANOS_BETWEEN = 100_000_000;
    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean shown;
    private volatile String stage = "";
    private long last;

    private StageLine(PrintWriter err, boolean shown) {
        this.err = err;
        this.shown = shown;
    }

    static StageLine on(PrintWriter err, boolean quiet) {
        return new StageLine(err, !quiet && Terminal.isError());
    }

    /// What is being done.
    String stage() {
        return stage;
    }

    @Override
    public void begins(String name) {
        stage = name;
        print(name + " …");
    }

    @Override
    public synchronized void reached(String howFar) {
        long now = System.nanoTime();
        if (now - last >= NANOS_BETWEEN) {
            last = now;
            print(stage + ": " + howFar);
        }
    }

    private synchronized void print(String text) {
        if (shown) {
            err.print(CLEAR + text);
            err.flush();
        }
    }

    /// Before anything else is printed.
    void clear() {
        print("");
    }

    @Override
    public void close() {
        clear();
    }
}

package dev.assay.agent.cli;

import dev.assay.agent.measure.Progress;
import dev.assay.text.Numbers;
import dev.assay.text.Terminal;
import java.io.PrintWriter;

/// One line on a terminal's standard error that says how far a measurement is, and goes away.
final class ProgressLine implements Progress, AutoCloseable {
    private static final long NANOS_BETWEEN = 100_000_000;
    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean shown;
    private long last;

    private ProgressLine(PrintWriter err, boolean shown) {
        this.err = err;
        this.shown = shown;
    }

    static ProgressLine on(PrintWriter err) {
        return new ProgressLine(err, Terminal.isError());
    }

    @Override
    public synchronized void reached(long files, long bytes) {
        long now = System.nanoTime();
        if (shown && now - last >= NANOS_BETWEEN) {
            last = now;
            err.print(CLEAR + Numbers.count(files) + " files, " + Numbers.bytes(bytes));
            err.flush();
        }
    }

    @Override
    public synchronized void close() {
        if (shown) {
            err.print(CLEAR);
            err.flush();
        }
    }
}

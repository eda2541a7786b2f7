package dev.assay.agent.cli;

import dev.assay.agent.measure.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;

/// What a program at the other end of a connection sees of a capture, and how it ends one: lines of
/// progress on standard error, and a standard input that stays open for as long as anybody waits.
///
/// Over SSH a command that nobody waits for any more is told nothing else; it would go on reading a
/// golden host's disks.
final class Attendance implements Progress {
    private static final long NANOS_BETWEEN = 1_000_000_000;

    private final PrintWriter err;
    private long last = System.nanoTime() - NANOS_BETWEEN;

    private Attendance(PrintWriter err) {
        this.err = err;
    }

    /// @param gone called once, on a thread of its own, when the input has ended
    static Attendance begin(InputStream in, PrintWriter err, Runnable gone) {
        Thread.ofPlatform()
                .daemon()
                .name("attendance")
                .start(
                        () -> {
                            awaitEnd(in);
                            gone.run();
                        });
        return new Attendance(err);
    }

    private static void awaitEnd(InputStream in) {
        byte[] passedOver = new byte[256];
        try {
            while (in.read(passedOver) >= 0) {
                // Whatever it says, it is there.
            }
        } catch (IOException e) {
            // It is not there any more.
            return;
        }
    }

    @Override
    public synchronized void reached(long files, long bytes) {
        long now = System.nanoTime();
        if (now - last >= NANOS_BETWEEN) {
            last = now;
            err.println("progress: " + files + " files, " + bytes + " bytes");
        }
    }
}

package dev.assay.verifier.collect;

import dev.assay.text.Numbers;
import dev.assay.verifier.ssh.CommandEnd;
import dev.assay.verifier.ssh.RunningCommand;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// The capture that runs on the host, listened to until it ends. It says as much as it likes, and
/// what is kept of it is bounded.
final class RemoteCapture {
    /// Of each stream.
    private static final long MAX_OUTPUT_BYTES = 16L << 20;

    /// For its exit status, when it has closed its output.
    private static final Duration PARTING = Duration.ofSeconds(20);

    private final RunningCommand command;
    private final boolean root;
    private final Runnable cut;
    private final SpokenLines spoken;

    /// @param root whether it needed no sudo
    /// @param cut ends the connection
    RemoteCapture(RunningCommand command, boolean root, Stages stages, Runnable cut) {
        this.command = command;
        this.root = root;
        this.cut = cut;
        this.spoken =
                new SpokenLines(
                        (files, bytes) ->
                                stages.reached(
                                        Numbers.count(files, "file")
                                                + ", "
                                                + Numbers.bytes(bytes)));
    }

    /// @throws CollectException where it did not end well, with what it said
    void await() throws IOException, CollectException, InterruptedException {
        Thread complaints = Thread.ofVirtual().start(this::hear);
        passOver(command.out());
        CommandEnd end = command.end(PARTING);
        complaints.join(PARTING);
        if (!end.equals(new CommandEnd.Status(0))) {
            throw new CollectException(
                    CollectException.Kind.REFUSED,
                    "the capture on the host " + said(end),
                    spoken.kept());
        }
    }

    private String said(CommandEnd end) {
        return switch (end) {
            case CommandEnd.Status(int status) when status == 1 && !root ->
                    "ended with status 1: does sudo -n let the user run it?";
            case CommandEnd.Status(int status) -> "ended with status " + status;
            case CommandEnd.Signal(String signal) -> "was ended by signal " + signal;
            case CommandEnd.Unknown() -> "ended, and nobody said how";
        };
    }

    private void hear() {
        byte[] buffer = new byte[8192];
        long total = 0;
        try (InputStream err = command.err()) {
            for (int n = err.read(buffer); n >= 0; n = err.read(buffer)) {
                spoken.add(buffer, n);
                total += n;
                if (total > MAX_OUTPUT_BYTES) {
                    cut.run();
                    return;
                }
            }
        } catch (IOException e) {
            // The other stream says why the connection ended.
            return;
        }
    }

    /// The document that it prints is also in the file; the end of it is the end of the capture.
    private static void passOver(InputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        long total = 0;
        for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
            total += n;
            if (total > MAX_OUTPUT_BYTES) {
                throw new IOException("it said more than " + MAX_OUTPUT_BYTES + " bytes");
            }
        }
    }
}

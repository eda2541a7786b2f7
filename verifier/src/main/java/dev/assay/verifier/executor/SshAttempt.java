package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import dev.assay.verifier.ssh.CommandEnd;
import dev.assay.verifier.ssh.HostKeys;
import dev.assay.verifier.ssh.RunningCommand;
import dev.assay.verifier.ssh.SshConnection;
import dev.assay.verifier.ssh.SshKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One connection, for one task. The other side may be an intruder's: whatever it sends is bounded,
/// and {@link #cut} ends every wait for it.
final class SshAttempt {
    /// Of both streams; more is not the answer of a reset.
    private static final long MAX_OUTPUT_BYTES = 16L << 20;

    private final SshAccess access;
    private final SshKey key;
    private final Duration limit;
    private final SshConnection connection;
    private final KeptOutput out = new KeptOutput();
    private final KeptOutput err = new KeptOutput();

    SshAttempt(SshAccess access, String host, HostKeys known, SshKey key, Duration limit) {
        this.access = access;
        this.key = key;
        this.limit = limit;
        this.connection = new SshConnection(host, known, limit);
    }

    KeptOutput out() {
        return out;
    }

    KeptOutput err() {
        return err;
    }

    /// What it is doing, for people: followed by the address.
    String step() {
        return connection.step();
    }

    /// Ends the connection, whoever waits for it.
    void cut() {
        connection.cut();
    }

    /// One line, for people.
    String reason(@Nullable Throwable cause) {
        return connection.reason(cause);
    }

    CommandEnd run(String address, Bytes document) throws IOException {
        try (SshConnection open = connection) {
            open.connect(address, access.port(), access.user(), key);
            try (RunningCommand command = open.start(SshExecutor.COMMAND)) {
                return command(command, document);
            }
        }
    }

    private CommandEnd command(RunningCommand command, Bytes document) throws IOException {
        Thread complaints = Thread.ofVirtual().start(() -> takeQuietly(command.err(), err));
        tell(command, document);
        take(command.out(), out);
        CommandEnd end = command.end(limit);
        try {
            complaints.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return end;
    }

    private static void tell(RunningCommand command, Bytes document) {
        try (OutputStream stdin = command.in()) {
            stdin.write(document.toArray());
        } catch (IOException e) {
            // A command that needs no document may be over by now; its status says how it went.
            return;
        }
    }

    private void takeQuietly(InputStream in, KeptOutput kept) {
        try {
            take(in, kept);
        } catch (IOException e) {
            // The other stream says why the connection ended.
            return;
        }
    }

    private void take(InputStream in, KeptOutput kept) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            kept.add(buffer, read);
            if (out.total() + err.total() > MAX_OUTPUT_BYTES) {
                cut();
                throw new IOException("it said more than " + MAX_OUTPUT_BYTES + " bytes");
            }
        }
    }
}

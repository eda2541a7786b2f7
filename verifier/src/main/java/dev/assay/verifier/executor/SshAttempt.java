package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.connection.channel.direct.Signal;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import org.jspecify.annotations.Nullable;

/// One connection, for one task. The other side may be an intruder's: whatever it sends is bounded,
/// and {@link #cut} ends every wait for it.
final class SshAttempt {
    /// A server that cannot say hello in this time does not say it later.
    private static final Duration MAX_STEP = Duration.ofSeconds(10);

    /// Of both streams; more is not the answer of a reset.
    private static final long MAX_OUTPUT_BYTES = 16L << 20;

    private final SshAccess access;
    private final String host;
    private final KnownHosts hosts;
    private final KeyProvider key;
    private final Duration limit;
    private final Socket socket = new Socket();
    private final KeptOutput out = new KeptOutput();
    private final KeptOutput err = new KeptOutput();
    private volatile String step = "connecting to";
    private volatile @Nullable String refusedKey;

    /// How a command ended.
    sealed interface End {
        record Status(int status) implements End {}

        record Signal(String name) implements End {}

        /// Nobody said.
        record Unknown() implements End {}
    }

    SshAttempt(SshAccess access, String host, KnownHosts hosts, KeyProvider key, Duration limit) {
        this.access = access;
        this.host = host;
        this.hosts = hosts;
        this.key = key;
        this.limit = limit;
    }

    KeptOutput out() {
        return out;
    }

    KeptOutput err() {
        return err;
    }

    /// What it is doing, for people: followed by the address.
    String step() {
        return step;
    }

    /// Ends the connection, whoever waits for it.
    void cut() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
            return;
        }
    }

    End run(String address, Bytes document) throws IOException {
        int stepMillis = Math.toIntExact(Limits.shorter(limit, MAX_STEP).toMillis());
        // Resolved and connected here: the library gives no hold on the socket while it connects.
        socket.connect(new InetSocketAddress(address, access.port()), stepMillis);
        try (SSHClient client = new SSHClient(new SshConfig())) {
            client.setSocketFactory(new OneSocket(socket));
            client.addHostKeyVerifier(new Pinned());
            client.setTimeout(Math.toIntExact(limit.toMillis()));
            client.getTransport().setTimeoutMs(stepMillis);
            client.getConnection().setTimeoutMs(stepMillis);
            step = "greeting";
            client.connect(host, access.port());
            step = "authentication at";
            client.authPublickey(access.user(), key);
            step = "the command at";
            try (Session session = client.startSession()) {
                return command(session, document);
            }
        } finally {
            cut();
        }
    }

    private End command(Session session, Bytes document) throws IOException {
        Session.Command command = session.exec(SshExecutor.COMMAND);
        Thread complaints =
                Thread.ofVirtual().start(() -> takeQuietly(command.getErrorStream(), err));
        tell(command, document);
        take(command.getInputStream(), out);
        command.join(limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            complaints.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Integer status = command.getExitStatus();
        Signal signal = command.getExitSignal();
        if (status != null) {
            return new End.Status(status);
        }
        return signal == null ? new End.Unknown() : new End.Signal(signal.name());
    }

    private static void tell(Session.Command command, Bytes document) {
        try (OutputStream stdin = command.getOutputStream()) {
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

    /// One line, for people.
    String reason(@Nullable Throwable cause) {
        String refused = refusedKey;
        if (refused != null) {
            return refused;
        }
        if (cause instanceof UserAuthException) {
            return "the key is not accepted for " + access.user() + ", or not in time";
        }
        String what = cause == null ? "" : String.valueOf(cause.getMessage());
        return step + " " + host + " failed: " + what;
    }

    /// The host's own key, whatever address it was reached at.
    private final class Pinned implements HostKeyVerifier {
        @Override
        public boolean verify(String hostname, int port, PublicKey shown) {
            Bytes blob =
                    Bytes.copyOf(new Buffer.PlainBuffer().putPublicKey(shown).getCompactData());
            refusedKey = hosts.refusalOf(host, blob);
            return refusedKey == null;
        }

        @Override
        public List<String> findExistingAlgorithms(String hostname, int port) {
            // RFC 8332, section 3: the type of the key is not the algorithm of its signature.
            return hosts.typesOf(host).stream()
                    .flatMap(
                            type ->
                                    type.equals("ssh-rsa")
                                            ? Stream.of("rsa-sha2-512", "rsa-sha2-256")
                                            : Stream.of(type))
                    .toList();
        }
    }
}

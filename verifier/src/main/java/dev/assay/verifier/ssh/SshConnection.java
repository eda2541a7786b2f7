package dev.assay.verifier.ssh;

import dev.assay.bytes.Bytes;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import net.schmizz.sshj.userauth.UserAuthException;
import org.jspecify.annotations.Nullable;

/// One connection to one host. {@link #cut} ends every wait for the other side.
public final class SshConnection implements Closeable {
    /// A server that cannot say hello in this time does not say it later.
    private static final Duration MAX_STEP = Duration.ofSeconds(10);

    private final String host;
    private final HostKeys known;
    private final Duration limit;
    private final Socket socket = new Socket();
    private final SSHClient client = new SSHClient(new SshConfig());
    private volatile String step = "connecting to";
    private volatile String user = "";
    private volatile @Nullable String refusedKey;

    /// @param host its name, for people
    /// @param limit of all that is done over it
    public SshConnection(String host, HostKeys known, Duration limit) {
        this.host = host;
        this.known = known;
        this.limit = limit;
    }

    /// What it is doing, for people: followed by the address.
    public String step() {
        return step;
    }

    private int stepMillis() {
        return Math.toIntExact(Math.min(limit.toMillis(), MAX_STEP.toMillis()));
    }

    /// Up to where the other side has shown its key and believes ours.
    public void connect(String address, int port, String login, SshKey key) throws IOException {
        user = login;
        // Resolved and connected here: the library gives no hold on the socket while it connects.
        socket.connect(new InetSocketAddress(address, port), stepMillis());
        client.setSocketFactory(new OneSocket(socket));
        client.addHostKeyVerifier(new Pinned());
        client.setTimeout(Math.toIntExact(Math.min(limit.toMillis(), Integer.MAX_VALUE)));
        client.getTransport().setTimeoutMs(stepMillis());
        client.getConnection().setTimeoutMs(stepMillis());
        step = "greeting";
        client.connect(host, port);
        step = "authentication at";
        client.authPublickey(user, key.provider());
        step = "the command at";
    }

    /// A command line for the shell of whoever logged in.
    public RunningCommand start(String command) throws IOException {
        step = "the command at";
        Session session = client.startSession();
        return new RunningCommand(session, session.exec(command));
    }

    /// Its files, by SFTP.
    public RemoteFiles files() throws IOException {
        step = "SFTP at";
        return new RemoteFiles(client.newSFTPClient());
    }

    /// Ends the connection, whoever waits for it.
    public void cut() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            client.close();
        } finally {
            cut();
        }
    }

    /// Whether the other side was refused, or refused us: what was asked of it was never begun, and
    /// to ask again changes nothing.
    public boolean isRefusal(@Nullable Throwable cause) {
        return refusedKey != null || cause instanceof UserAuthException;
    }

    /// One line, for people.
    public String reason(@Nullable Throwable cause) {
        String refused = refusedKey;
        if (refused != null) {
            return refused;
        }
        if (cause instanceof UserAuthException) {
            return "the key is not accepted for " + user + ", or not in time";
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
            refusedKey = known.refusalOf(KeyType.fromKey(shown).toString(), blob);
            return refusedKey == null;
        }

        @Override
        public List<String> findExistingAlgorithms(String hostname, int port) {
            // RFC 8332, section 3: the type of the key is not the algorithm of its signature.
            return known.types().stream()
                    .flatMap(
                            type ->
                                    type.equals("ssh-rsa")
                                            ? Stream.of("rsa-sha2-512", "rsa-sha2-256")
                                            : Stream.of(type))
                    .toList();
        }
    }
}

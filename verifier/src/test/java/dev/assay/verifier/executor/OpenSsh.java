package dev.assay.verifier.executor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real `sshd` on a free loopback port, with its own host key and one user's `authorized_keys`.
final class OpenSsh {
    private static final Path SSHD = Path.of("/usr/sbin/sshd");
    private static final Path SEPARATION = Path.of("/run/sshd");

    private final Path folder;
    private final int port;
    private final Process sshd;

    private OpenSsh(Path folder, int port, Process sshd) {
        this.folder = folder;
        this.port = port;
        this.sshd = sshd;
    }

    /// Where there is none the test is skipped, and says so.
    static OpenSsh start(Path folder) throws IOException, InterruptedException {
        return start(folder, "ed25519");
    }

    /// With a host key of that type, and one that every client likes better.
    static OpenSsh start(Path folder, String hostKeyType) throws IOException, InterruptedException {
        if (!Files.isExecutable(SSHD)) {
            System.out.println("skipped: " + SSHD + " is missing: install openssh-server");
        }
        assumeTrue(Files.isExecutable(SSHD), "needs sshd: install openssh-server");
        if (user().equals("root")) {
            // What the service's unit makes where there is one.
            Files.createDirectories(SEPARATION);
        }
        keygen(folder.resolve("host"), hostKeyType);
        keygen(folder.resolve("second"), "ed25519");
        keygen(folder.resolve("user"), "ed25519");
        Files.createFile(folder.resolve("authorized_keys"));
        int port = freePort();
        Path config = folder.resolve("sshd_config");
        Files.write(
                config,
                List.of(
                        "ListenAddress 127.0.0.1:" + port,
                        "HostKey " + folder.resolve("host"),
                        "HostKey " + folder.resolve("second"),
                        "AuthorizedKeysFile " + folder.resolve("authorized_keys"),
                        "PidFile none",
                        "StrictModes no",
                        "PasswordAuthentication no",
                        "KbdInteractiveAuthentication no",
                        "PermitRootLogin prohibit-password"));
        Process sshd =
                new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("sshd.log").toFile())
                        .start();
        OpenSsh server = new OpenSsh(folder, port, sshd);
        await().until(() -> !sshd.isAlive() || server.answers());
        assumeTrue(sshd.isAlive(), () -> "sshd does not start here: " + server.log());
        return server;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket.getInputStream().read() == 'S';
        } catch (IOException e) {
            return false;
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("sshd.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    static String user() {
        return System.getProperty("user.name");
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static void keygen(Path file, String type, String... more)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(List.of("ssh-keygen", "-q", "-t", type, "-f", file.toString()));
        words.addAll(more.length == 0 ? List.of("-N", "") : List.of(more));
        Process keygen = new ProcessBuilder(words).redirectErrorStream(true).start();
        if (keygen.waitFor() != 0) {
            throw new IOException(
                    new String(keygen.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    int port() {
        return port;
    }

    Path keyFile() {
        return folder.resolve("user");
    }

    /// The key of the server, as a line of known_hosts for that name.
    String hostKeyAs(String name) throws IOException {
        return publicKey(folder.resolve("host"), name);
    }

    static String publicKey(Path privateKey, String name) throws IOException {
        String[] words = Files.readString(Path.of(privateKey + ".pub")).split(" ", 3);
        return name + " " + words[0] + " " + words[1] + "\n";
    }

    /// Lets the verifier's key in, for this command alone.
    void force(Path script) throws IOException {
        authorize("restrict,command=\"" + script + "\" ");
    }

    /// Lets the verifier's key in, for anything.
    void authorize(String options) throws IOException {
        Files.writeString(
                folder.resolve("authorized_keys"),
                options + Files.readString(Path.of(keyFile() + ".pub")));
    }

    void stop() throws InterruptedException {
        sshd.descendants().forEach(ProcessHandle::destroyForcibly);
        sshd.destroy();
        if (!sshd.waitFor(5, TimeUnit.SECONDS)) {
            sshd.destroyForcibly();
        }
    }
}

package dev.assay.verifier.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.fixture.OpenSsh;
import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.reset.Executor.Outcome;
import dev.assay.verifier.reset.ResetTask;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SshExecutorIT {
    private static final String RECORD =
            "{\"restarted\":true,\"id\":\"op-9\",\"at\":\"2026-11-23T12:00:03Z\"}";

    @TempDir private Path folder;
    private OpenSsh server;
    private Path knownHosts;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = OpenSsh.start(folder);
        knownHosts = folder.resolve("known_hosts");
        Files.writeString(knownHosts, server.hostKeyAs("web-1"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (server != null) {
            server.stop();
        }
    }

    private SshAccess access(int port, boolean receipts) {
        return new SshAccess(
                OpenSsh.user(),
                server.keyFile(),
                knownHosts,
                port,
                new SshAccess.Address.Label("address"),
                receipts);
    }

    private SshExecutor executor() throws Exception {
        return executor(access(server.port(), true), Given.LONG);
    }

    private static SshExecutor executor(SshAccess access, Duration timeout) throws Exception {
        return SshExecutor.of("ssh", access, timeout, Given.CLOCK);
    }

    private static ResetTask task() {
        return Given.labelled("web-1", "address", "127.0.0.1");
    }

    private void force(String... lines) throws IOException {
        server.force(Given.script(folder.resolve("forced"), lines));
    }

    private static String why(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return ((Outcome.Failed) outcome).why();
    }

    @Test
    void forcedCommandGetsTheTaskOnStandardInputAndNothingInItsCommandLine() throws Exception {
        force("cat > " + folder.resolve("task.json"), "echo \"$# $SSH_ORIGINAL_COMMAND\"");
        assertThat(executor().reset(task())).isEqualTo(new Outcome.Done("0 assay-reset%0A", null));
        Bytes told = Bytes.copyOf(Files.readAllBytes(folder.resolve("task.json")));
        assertThat(Json.parse(told, TaskDocument.class, 4096))
                .isEqualTo(TaskDocument.of("ssh", task()));
    }

    @Test
    void recordOfAPlatformIsTheReceipt() throws Exception {
        force("echo cycling", "echo '" + RECORD + "'");
        assertThat(executor().reset(task()))
                .isInstanceOfSatisfying(
                        Outcome.Done.class,
                        done ->
                                assertThat(done.receipt())
                                        .isEqualTo(
                                                new Receipt(
                                                        "ssh",
                                                        "op-9",
                                                        Instant.parse("2026-11-23T12:00:03Z"))));
    }

    // An intruder's host can say that it was restarted.
    @Test
    void recordOfTheHostItselfIsNoReceipt() throws Exception {
        force("echo '" + RECORD + "'");
        assertThat(executor(access(server.port(), false), Given.LONG).reset(task()))
                .isInstanceOfSatisfying(
                        Outcome.Done.class, done -> assertThat(done.receipt()).isNull());
    }

    // Every signature of the verifier would be asked of it too.
    @Test
    void libraryRegistersNoProviderOfItsOwn() throws Exception {
        force("true");
        assertThat(executor().reset(task())).isInstanceOf(Outcome.Done.class);
        assertThat(Security.getProvider("BC")).isNull();
    }

    @Test
    void statusOtherThanZeroFails() throws Exception {
        force("echo not here >&2", "exit 7");
        Outcome outcome = executor().reset(task());
        assertThat(why(outcome)).isEqualTo("the command ended with status 7");
        assertThat(outcome.output()).contains("not here");
    }

    @Test
    void keyOfAnotherForcedCommandFailsWithItsStatus() throws Exception {
        server.authorize("restrict,command=\"/bin/false\" ");
        assertThat(why(executor().reset(task()))).isEqualTo("the command ended with status 1");
    }

    // The document would be a shell's input, and its end a success.
    @Test
    void keyWithoutForcedCommandFailsAndRunsNothingOfTheTask() throws Exception {
        server.authorize("");
        Path made = folder.resolve("made");
        ResetTask hostile =
                Given.labelled("web-1", "address", "127.0.0.1", "\"\ntouch " + made + "\n\"");
        assertThat(why(executor().reset(hostile))).isEqualTo("the command ended with status 127");
        assertThat(made).doesNotExist();
    }

    @Test
    void keyThatIsNotAuthorizedFails() throws Exception {
        assertThat(why(executor().reset(task())))
                .startsWith("the key is not accepted for " + OpenSsh.user());
    }

    @Test
    void hostWhoseKeyIsNotKnownIsNotAsked() throws Exception {
        force("touch " + folder.resolve("made"));
        Files.writeString(knownHosts, server.hostKeyAs("web-2"));
        assertThat(why(executor().reset(task()))).endsWith("has no ed25519 or RSA key of web-1");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void hostWithAnotherKeyThanKnownIsRefused() throws Exception {
        force("touch " + folder.resolve("made"));
        OpenSsh.keygen(folder.resolve("other"), "ed25519");
        Files.writeString(knownHosts, OpenSsh.publicKey(folder.resolve("other"), "web-1"));
        assertThat(why(executor().reset(task())))
                .isEqualTo("the host key is not the one that is known for web-1");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void hostWithAnotherTypeOfKeyThanKnownIsRefused() throws Exception {
        force("touch " + folder.resolve("made"));
        OpenSsh.keygen(folder.resolve("other"), "rsa");
        Files.writeString(knownHosts, OpenSsh.publicKey(folder.resolve("other"), "web-1"));
        assertThat(why(executor().reset(task())))
                .isEqualTo("the host key is not the one that is known for web-1");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    // As ssh-keyscan tells them.
    @Test
    void keyOfATypeThatIsNotAcceptedIsLeftAside() throws Exception {
        force("true");
        OpenSsh.keygen(folder.resolve("other"), "ecdsa");
        String other = OpenSsh.publicKey(folder.resolve("other"), "web-1");
        Files.writeString(knownHosts, other);
        assertThat(why(executor().reset(task()))).endsWith("has no ed25519 or RSA key of web-1");
        Files.writeString(knownHosts, other + server.hostKeyAs("web-1"));
        assertThat(executor().reset(task())).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void keyThatChangedWhileTheVerifierRanIsRefusedUntilItIsKnown() throws Exception {
        force("true");
        SshExecutor executor = executor();
        assertThat(executor.reset(task())).isInstanceOf(Outcome.Done.class);
        String known = Files.readString(knownHosts);
        OpenSsh.keygen(folder.resolve("other"), "ed25519");
        Files.writeString(knownHosts, OpenSsh.publicKey(folder.resolve("other"), "web-1"));
        assertThat(executor.reset(task())).isInstanceOf(Outcome.Failed.class);
        Files.writeString(knownHosts, known);
        assertThat(executor.reset(task())).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void revokedKeyIsRefusedThoughItIsKnown() throws Exception {
        force("true");
        Files.writeString(
                knownHosts, server.hostKeyAs("web-1") + "@revoked " + server.hostKeyAs("*"));
        assertThat(why(executor().reset(task()))).isEqualTo("the host key of web-1 is revoked");
    }

    // Whoever sets a label would otherwise choose which host is restarted.
    @Test
    void addressThatLeadsToAnotherHostIsRefused() throws Exception {
        force("touch " + folder.resolve("made"));
        OpenSsh.keygen(folder.resolve("other"), "ed25519");
        Files.writeString(
                knownHosts,
                server.hostKeyAs("web-1") + OpenSsh.publicKey(folder.resolve("other"), "web-2"));
        assertThat(why(executor().reset(Given.labelled("web-2", "address", "127.0.0.1"))))
                .isEqualTo("the host key is not the one that is known for web-2");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$(touch made)", "-oProxyCommand=touch", "a b", "", "127.0.0.1\n", "ü"})
    void addressThatIsNoneIsNotAsked(String address) throws Exception {
        assertThat(why(executor().reset(Given.labelled("web-1", "address", address))))
                .startsWith("there is no address to be had");
    }

    // Where the key is bound to no command, and where it is.
    @ParameterizedTest
    @ValueSource(strings = {"$(touch MADE)", "; touch MADE;", "`touch MADE`", "' && touch MADE"})
    void wordsOfAHostNeverReachACommandLine(String words) throws Exception {
        Path made = folder.resolve("made");
        ResetTask hostile =
                Given.labelled(
                        "web-1", "address", "127.0.0.1", words.replace("MADE", made.toString()));
        server.authorize("");
        assertThat(executor().reset(hostile)).isInstanceOf(Outcome.Failed.class);
        force("cat > " + folder.resolve("task.json"), "echo \"$SSH_ORIGINAL_COMMAND\"");
        assertThat(executor().reset(hostile).output()).isEqualTo("assay-reset%0A");
        Bytes told = Bytes.copyOf(Files.readAllBytes(folder.resolve("task.json")));
        assertThat(Json.parse(told, TaskDocument.class, 4096).reason()).isEqualTo(hostile.reason());
        assertThat(made).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$(touch made)", "; touch made;", "a\nb", "*"})
    void hostThatIsNoNameHasNoKey(String name) throws Exception {
        assertThat(why(executor().reset(Given.labelled(name, "address", "127.0.0.1"))))
                .contains("has no ed25519 or RSA key of");
    }

    @Test
    void hostThatIsKnownByItsRsaKeyIsReset() throws Exception {
        OpenSsh older = OpenSsh.start(Files.createDirectory(folder.resolve("rsa")), "rsa");
        try {
            older.force(Given.script(folder.resolve("forced"), "true"));
            Files.writeString(knownHosts, older.hostKeyAs("web-1"));
            SshAccess access =
                    new SshAccess(
                            OpenSsh.user(),
                            older.keyFile(),
                            knownHosts,
                            older.port(),
                            new SshAccess.Address.Label("address"),
                            true);
            assertThat(executor(access, Given.LONG).reset(task())).isInstanceOf(Outcome.Done.class);
        } finally {
            older.stop();
        }
    }

    @Test
    void hangingCommandEndsAtTheTimeout() throws Exception {
        force("echo begun", "exec sleep 600");
        Outcome outcome = executor(access(server.port(), true), Given.SHORT).reset(task());
        assertThat(why(outcome)).isEqualTo("the command at 127.0.0.1 did not end within 1500 ms");
        assertThat(outcome.output()).isEqualTo("begun%0A");
    }

    @Test
    void floodOfOutputIsEndedAndCutShort() throws Exception {
        force("exec yes lie");
        Outcome outcome = executor().reset(task());
        assertThat(why(outcome)).contains("it said more than");
        assertThat(outcome.output()).hasSizeLessThanOrEqualTo(Reset.MAX_OUTPUT_CHARS);
    }

    @Test
    void floodOfComplaintsIsEnded() throws Exception {
        force("exec yes lie >&2");
        assertThat(executor(access(server.port(), true), Given.SHORT).reset(task()))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void lieThatIsNotUnderstoodFails() throws Exception {
        force("echo '{\"restarted\":true,\"id\":\"op-9\",\"at\":\"soon\"}'");
        assertThat(why(executor().reset(task()))).startsWith("its result is not understood");
    }

    @Test
    void commandThatIsKilledFails() throws Exception {
        force("kill -9 $$");
        assertThat(why(executor().reset(task()))).contains("signal KILL");
    }

    @Test
    void connectionThatEndsBeforeTheCommandFails() throws Exception {
        force("kill -9 $PPID", "sleep 1");
        assertThat(executor().reset(task())).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void refusedConnectionFails() throws Exception {
        assertThat(why(executor(access(OpenSsh.freePort(), true), Given.LONG).reset(task())))
                .startsWith("connecting to web-1 failed");
    }

    @Test
    void serverThatSaysNothingEndsAtTheTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Outcome outcome =
                    executor(access(silent.getLocalPort(), true), Given.SHORT).reset(task());
            assertThat(why(outcome)).contains("did not end within 1500 ms");
        }
    }

    @Test
    void serverThatGreetsForEverEndsAtTheTimeout() throws Exception {
        try (ServerSocket babbling = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> babble(babbling));
            assertThat(executor(access(babbling.getLocalPort(), true), Given.SHORT).reset(task()))
                    .isInstanceOf(Outcome.Failed.class);
        }
    }

    private static void babble(ServerSocket server) {
        try (Socket socket = server.accept();
                OutputStream out = socket.getOutputStream()) {
            byte[] line = "not yet\r\n".getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 1_000_000; i++) {
                out.write(line);
            }
        } catch (IOException e) {
            // The verifier has had enough.
            return;
        }
    }

    // Each connection left open would be a descriptor that the verifier never gets back.
    @Test
    void connectionIsClosedAfterTheTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            executor(access(silent.getLocalPort(), true), Given.SHORT).reset(task());
            try (Socket accepted = silent.accept()) {
                accepted.setSoTimeout(5_000);
                await().until(() -> accepted.getInputStream().read() < 0);
            }
        }
    }

    @Test
    void keyFileThatOthersMayReadIsRefused() throws IOException {
        Given.mode(server.keyFile(), "rw-r-----");
        assertThatIOException().isThrownBy(() -> executor()).withMessageContaining("chmod 600");
    }

    @Test
    void keyThatOthersMayReadSinceTheStartIsNotUsed() throws Exception {
        force("touch " + folder.resolve("made"));
        SshExecutor executor = executor();
        Given.mode(server.keyFile(), "rw-r-----");
        assertThat(why(executor.reset(task()))).contains("chmod 600");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void keyOfAnotherTypeIsRefused() throws Exception {
        Files.delete(server.keyFile());
        OpenSsh.keygen(server.keyFile(), "ecdsa", "-N", "");
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> executor())
                .withMessageContaining("is no ed25519 key");
    }

    @Test
    void keyWithAPassphraseIsRefused() throws Exception {
        Files.delete(server.keyFile());
        OpenSsh.keygen(server.keyFile(), "ed25519", "-N", "secret phrase");
        assertThatExceptionOfType(MalformedInputException.class).isThrownBy(() -> executor());
    }

    @Test
    void knownHostsThatOthersMayWriteIsRefused() throws IOException {
        Given.mode(knownHosts, "rw-rw-r--");
        assertThatIOException()
                .isThrownBy(() -> executor())
                .withMessageContaining("written by others");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* ssh-ed25519 AAAA",
                "web-? ssh-ed25519 AAAA",
                "|1|c2FsdA==|aGFzaA== ssh-ed25519 AAAA",
                "@cert-authority web-1 ssh-ed25519 AAAA",
                "web-1 ssh-dss AAAA",
                "web-1 ssh-ed25519",
                "web-1 ssh-ed25519 %%%%",
                "!web-1 ssh-ed25519 AAAA",
            })
    void lineOfKnownHostsThatPinsNothingIsRefused(String line) throws IOException {
        Files.writeString(knownHosts, "# hosts\n\n" + line + "\n");
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> executor())
                .withMessageContaining("line 3");
    }
}

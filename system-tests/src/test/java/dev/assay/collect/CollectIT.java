package dev.assay.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.GoldenFile;
import dev.assay.fixture.OpenSsh;
import dev.assay.rig.Programs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `baseline collect` against Debian's sshd, with the agent as it is installed and with agents that
/// are not what they should be.
final class CollectIT {
    private static final Path DIST = Path.of(System.getProperty("assay.agent.dist", ""));
    private static final String SFTP = "Subsystem sftp internal-sftp";
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final int REFUSED = 70;
    private static final int UNDETERMINED = 2;

    @TempDir private Path folder = Path.of("");
    private Path root = Path.of("");
    private Path place = Path.of("");
    private Path out = Path.of("");
    private @Nullable OpenSsh running;

    private record Ended(int exit, String out, String err) {}

    @BeforeEach
    void makeHost() throws IOException {
        root = folder.resolve("root");
        Files.createDirectories(root.resolve("usr/bin"));
        Files.writeString(root.resolve("usr/bin/ls"), "the real ls");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/a b'c"), "a name that a shell would take apart");
        // Within what is measured, where nobody can overlook what is brought along.
        place = Files.createDirectories(root.resolve("var/tmp"));
        out = folder.resolve("host.golden");
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (running != null) {
            running.stop();
        }
    }

    private OpenSsh server() {
        return Objects.requireNonNull(running, "nothing serves");
    }

    private void serve(List<String> prefix, String... settings) throws Exception {
        Path ssh = Files.createDirectory(folder.resolve("ssh"));
        running = OpenSsh.start(ssh, "ed25519", prefix, List.of(settings));
        server().authorize("");
    }

    private List<String> collect(String user, Path agent, String... more) throws IOException {
        List<String> command = new ArrayList<>(Programs.starter(Programs.verifierJar()));
        command.addAll(List.of("baseline", "collect"));
        command.addAll(List.of("--ssh", user + "@127.0.0.1:" + server().port()));
        command.addAll(List.of("--host-key", server().fingerprint()));
        command.addAll(List.of("--identity", server().keyFile().toString()));
        command.addAll(List.of("--channel", "web", "--serial", "7", "--scope", "tree"));
        command.addAll(List.of("--root", root.toString(), "--remote-dir", place.toString()));
        command.addAll(List.of("--agent", agent.toString(), "--out", out.toString()));
        for (int i = 0; i < more.length; i += 2) {
            int given = command.indexOf(more[i]);
            if (given < 0) {
                command.addAll(List.of(more[i], more[i + 1]));
            } else {
                command.set(given + 1, more[i + 1]);
            }
        }
        return command;
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(folder.resolve("out.txt").toFile())
                        .redirectError(folder.resolve("err.txt").toFile());
        builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS"));
        return builder.start();
    }

    private Ended end(Process process) throws Exception {
        try {
            assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .as("it ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(
                process.exitValue(),
                Files.readString(folder.resolve("out.txt")),
                Files.readString(folder.resolve("err.txt")));
    }

    private Ended run(List<String> command) throws Exception {
        return end(start(command));
    }

    /// A folder that looks like the agent's, whose program is these lines of shell. `$out` is the
    /// file to write, `$dir` the folder where it lies.
    private Path fake(String... lines) throws IOException {
        Path agent = folder.resolve("fake");
        Path launcher = Files.createDirectories(agent.resolve("bin")).resolve("attest-agent");
        Files.createDirectories(agent.resolve("runtime/bin"));
        Files.copy(Path.of("/bin/true"), agent.resolve("runtime/bin/java"));
        List<String> script =
                new ArrayList<>(
                        List.of(
                                "#!/bin/sh",
                                "while [ $# -gt 0 ]; do [ \"$1\" = --out ] && out=$2; shift; done",
                                "dir=${out%/*}"));
        script.addAll(List.of(lines));
        Files.write(launcher, script);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        return agent;
    }

    private Path marker() {
        return folder.resolve("began");
    }

    private String mark() {
        return "touch '" + marker() + "'";
    }

    private void awaitMarker() {
        await().atMost(DEADLINE).until(() -> Files.exists(marker()));
    }

    private static List<Path> content(Path of) throws IOException {
        try (Stream<Path> all = Files.list(of)) {
            return all.toList();
        }
    }

    /// On the host, and of ours beside the file that was asked for.
    private void assertNothingIsLeft() throws IOException {
        assertThat(content(place)).isEmpty();
        assertThat(folder).isDirectoryNotContaining("glob:**.{fetched,next,gz}");
    }

    private static Baseline baseline(Path file) throws Exception {
        return Baseline.parseStatement(GoldenFile.open(file).envelope().payload());
    }

    private Baseline capturedHere() throws Exception {
        Path here = folder.resolve("here.golden");
        List<String> command = new ArrayList<>(Programs.starter(Programs.agentJar()));
        command.addAll(List.of("capture", "--root", root.toString(), "--scope", "tree"));
        command.addAll(List.of("--channel", "web", "--serial", "7", "--out", here.toString()));
        Ended ended = run(command);
        assertThat(ended.exit()).as(ended.err()).isZero();
        return baseline(here);
    }

    private void assertIsTheCaptureOfThisHost(Ended ended) throws Exception {
        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.out()).startsWith("COLLECTED web #7 of 127.0.0.1 in " + out);
        assertThat(ended.err()).isEmpty();
        assertNothingIsLeft();
        Baseline expected = capturedHere();
        Baseline collected = baseline(out);
        assertThat(collected.root()).isEqualTo(expected.root());
        assertThat(collected.subtrees()).isEqualTo(expected.subtrees());
        assertThat(collected.scope()).isEqualTo(expected.scope());
        assertThat(collected.manifest()).isEqualTo(expected.manifest());
        assertThat(collected.coverage().classes()).isEqualTo(expected.coverage().classes());
    }

    @Test
    void theAgentIsBroughtAlongAndTheResultIsThatOfALocalCapture() throws Exception {
        assumeTrue(Files.exists(DIST), "skipped by -Dassay.dist.skip");
        serve(List.of(), SFTP);
        assertIsTheCaptureOfThisHost(run(collect(OpenSsh.user(), DIST)));
    }

    /// sshd with a /usr/bin of its own, in which the agent is that file.
    private void serveWithInstalled(Path agent) throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("attest-agent"), agent);
        String mount =
                "mount -t overlay overlay -o 'lowerdir="
                        + bin
                        + ":/usr/bin' /usr/bin && exec \"$@\"";
        List<String> prefix = List.of("unshare", "--mount", "sh", "-c", mount, "sh");
        List<String> tried = new ArrayList<>(prefix);
        tried.add("true");
        Process process = new ProcessBuilder(tried).start();
        assumeTrue(process.waitFor() == 0, "no name spaces or overlays: not root");
        serve(prefix, SFTP);
    }

    private List<String> collectWithoutAgent() throws IOException {
        List<String> command = collect(OpenSsh.user(), DIST);
        int at = command.indexOf("--agent");
        command.remove(at);
        command.remove(at);
        return command;
    }

    @Test
    void anInstalledAgentOfThisVersionIsUsed() throws Exception {
        assumeTrue(Files.exists(DIST), "skipped by -Dassay.dist.skip");
        serveWithInstalled(DIST.resolve("bin/attest-agent"));
        assertIsTheCaptureOfThisHost(run(collectWithoutAgent()));
    }

    @Test
    void anInstalledAgentOfAnotherVersionIsNot() throws Exception {
        serveWithInstalled(fake("echo attest-agent 0.0.1").resolve("bin/attest-agent"));
        Ended ended = run(collectWithoutAgent());
        assertThat(ended.exit()).isEqualTo(REFUSED);
        assertThat(ended.err()).contains("and there is none to bring along: --agent");
        assertNothingIsLeft();
    }

    /// With accounts of its own, which the machine's do not see.
    @Test
    void anotherUserCapturesBySudo() throws Exception {
        assumeTrue(Files.exists(DIST), "skipped by -Dassay.dist.skip");
        assumeTrue(OpenSsh.user().equals("root"), "needs root to have another user");
        assumeTrue(Files.exists(Path.of("/usr/bin/sudo")), "needs sudo: install sudo");
        Path accounts = Files.createDirectory(folder.resolve("accounts"));
        Files.writeString(
                accounts.resolve("passwd"),
                Files.readString(Path.of("/etc/passwd"))
                        + "collector:x:54321:54321::/nonexistent:/bin/sh\n");
        Files.writeString(
                accounts.resolve("shadow"),
                Files.readString(Path.of("/etc/shadow")) + "collector:*:20000:0:99999:7:::\n");
        Path sudoers =
                Files.writeString(
                        accounts.resolve("sudoers"), "collector ALL=(root) NOPASSWD: ALL\n");
        Files.setPosixFilePermissions(sudoers, PosixFilePermissions.fromString("r--r-----"));
        Files.setPosixFilePermissions(
                accounts.resolve("passwd"), PosixFilePermissions.fromString("rw-r--r--"));
        String mounts =
                "for f in passwd shadow sudoers; do mount --bind '"
                        + accounts
                        + "'/$f /etc/$f || exit 1; done; exec \"$@\"";
        serve(List.of("unshare", "--mount", "sh", "-c", mounts, "sh"), SFTP);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(
                folder.resolve("ssh"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(root.resolve("etc/secret"), "for root only");
        Files.setPosixFilePermissions(
                root.resolve("etc/secret"), PosixFilePermissions.fromString("rw-------"));

        assertIsTheCaptureOfThisHost(run(collect("collector", DIST)));

        // Without the right to it, the reason says what was tried.
        Files.delete(out);
        Files.writeString(sudoers, "# nobody\n");
        Ended refused = run(collect("collector", fake("exit 0")));
        assertThat(refused.exit()).isEqualTo(REFUSED);
        assertThat(refused.err()).contains("does sudo -n let the user run it?");
        assertNothingIsLeft();
    }

    @Test
    void aHostWhoseKeyIsNotTheGivenOneIsRefusedBeforeItIsToldAnything() throws Exception {
        serve(List.of(), SFTP);
        OpenSsh.keygen(folder.resolve("other"), "ed25519");
        String other = OpenSsh.fingerprint(folder.resolve("other"));
        Ended ended = run(collect(OpenSsh.user(), fake(mark()), "--host-key", other));
        assertThat(ended.exit()).isEqualTo(REFUSED);
        assertThat(ended.err())
                .contains("the host shows another key than --host-key")
                .contains(server().fingerprint() + " (ED25519)");
        assertThat(marker()).doesNotExist();
        assertThat(out).doesNotExist();
        assertNothingIsLeft();
    }

    @Test
    void aKeyThatOthersCanReadIsNotUsed() throws Exception {
        serve(List.of(), SFTP);
        Files.setPosixFilePermissions(
                server().keyFile(), PosixFilePermissions.fromString("rw-r-----"));
        Ended ended = run(collect(OpenSsh.user(), fake(mark())));
        assertThat(ended.exit()).isEqualTo(REFUSED);
        assertThat(ended.err()).contains("can be used by others: chmod 600 it");
    }

    // Every user of the machine reads the arguments of a program.
    @Test
    void aPassphraseComesFromAFileAndIsNeverShown() throws Exception {
        serve(List.of(), SFTP);
        Path key = folder.resolve("locked");
        OpenSsh.keygen(key, "ed25519", "-N", "correct horse");
        Files.move(
                Path.of(key + ".pub"),
                Path.of(server().keyFile() + ".pub"),
                StandardCopyOption.REPLACE_EXISTING);
        server().authorize("");
        Path passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse\n");
        Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
        Path agent = fake(mark(), "exit 7");
        List<String> command = collect(OpenSsh.user(), agent, "--identity", key.toString());

        Ended without = run(command);
        assertThat(without.exit()).isEqualTo(REFUSED);
        assertThat(without.err()).contains("or the passphrase is not its own");
        assertThat(marker()).doesNotExist();

        command.addAll(List.of("--passphrase-file", passphrase.toString()));
        Ended with = run(command);
        assertThat(with.err()).contains("ended with status 7").doesNotContain("horse");
        assertThat(marker()).exists();
    }

    @Test
    void aSignalEndsTheCaptureAndLeavesNothing() throws Exception {
        serve(List.of(), SFTP);
        Path ended = folder.resolve("ended");
        Path agent = fake(mark(), "cat > /dev/null", "touch '" + ended + "'");
        Process process = start(collect(OpenSsh.user(), agent));
        awaitMarker();
        assertThat(content(place)).hasSize(1);
        // As a terminal does at Ctrl-C.
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(end(process).exit()).isEqualTo(130);
        assertThat(out).doesNotExist();
        assertNothingIsLeft();
        await().atMost(DEADLINE).until(() -> Files.exists(ended));
    }

    // Nobody is left to tidy up but the host.
    @Test
    void aCollectorThatIsKilledLeavesNothingOnTheHost() throws Exception {
        serve(List.of(), SFTP);
        Process process = start(collect(OpenSsh.user(), fake(mark(), "cat > /dev/null")));
        awaitMarker();
        process.destroyForcibly().waitFor();
        await().atMost(DEADLINE).until(() -> content(place).isEmpty());
    }

    @Test
    void aCaptureWithoutEndIsEndedByTheTimeout() throws Exception {
        serve(List.of(), SFTP);
        // It still writes when its folder is being removed.
        Path agent =
                fake(
                        mark(),
                        "i=0; while [ $i -lt 80 ]; do : > \"$dir/$i\" || exit; sleep 0.1;"
                                + " i=$((i+1)); done");
        Ended ended = run(collect(OpenSsh.user(), agent, "--timeout", "6s"));
        assertThat(ended.exit()).as(ended.err()).isEqualTo(UNDETERMINED);
        assertThat(ended.err()).contains("capturing did not end within 6 s (--timeout)");
        assertThat(out).doesNotExist();
        await().atMost(DEADLINE).until(() -> content(place).isEmpty());
    }

    @Test
    void aHostThatIsNotThereIsUndetermined() throws Exception {
        serve(List.of(), SFTP);
        List<String> command = collect(OpenSsh.user(), fake(mark()));
        server().stop();
        Ended ended = run(command);
        assertThat(ended.exit()).isEqualTo(UNDETERMINED);
        assertThat(ended.err()).contains("connecting to 127.0.0.1 failed");
    }

    @Test
    void whatACaptureSaysIsCutAndEscaped() throws Exception {
        serve(List.of(), SFTP);
        Path agent =
                fake(
                        "printf 'progress: 1 files, 2 bytes\\nfirst\\033[2J\\n' >&2",
                        "i=0; while [ $i -lt 500 ]; do echo line $i >&2; i=$((i+1)); done",
                        "head -c 5000 /dev/zero | tr '\\0' x >&2",
                        "exit 70");
        Ended ended = run(collect(OpenSsh.user(), agent));
        assertThat(ended.exit()).isEqualTo(REFUSED);
        assertThat(ended.err())
                .contains("the capture on the host ended with status 70")
                .contains("first")
                .contains("line 499")
                .contains("lines …")
                .doesNotContain("progress", "line 250", "\u001b");
        assertThat(ended.err().lines()).hasSizeLessThan(70).allMatch(line -> line.length() < 320);
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes >&2", "yes"})
    void aCaptureThatNeverStopsTalkingIsCutOff(String talk) throws Exception {
        serve(List.of(), SFTP);
        Ended ended = run(collect(OpenSsh.user(), fake(talk), "--timeout", "100s"));
        assertThat(ended.exit()).as(ended.err()).isEqualTo(UNDETERMINED);
        assertThat(ended.err()).hasSizeLessThan(2000);
        await().atMost(DEADLINE).until(() -> content(place).isEmpty());
    }

    @Test
    void anotherCaptureThanTheAskedIsRefusedWithEveryDifference() throws Exception {
        Path older = folder.resolve("older.golden");
        List<String> command = new ArrayList<>(Programs.starter(Programs.agentJar()));
        command.addAll(List.of("capture", "--root", root.resolve("etc").toString()));
        command.addAll(List.of("--scope", "tree", "--channel", "db", "--serial", "6"));
        command.addAll(List.of("--out", older.toString()));
        assertThat(run(command).exit()).isZero();
        serve(List.of(), SFTP);
        Ended ended = run(collect(OpenSsh.user(), fake("cp '" + older + "' \"$out\"")));
        assertThat(ended.exit()).isEqualTo(REFUSED);
        assertThat(ended.err())
                .contains("channel db, not web")
                .contains("serial 6, not 7")
                .contains("root " + root.resolve("etc") + ", not " + root)
                .contains("another capture than the one that was asked for");
        assertThat(out).doesNotExist();
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ln -s /etc/passwd \"$out\"",
                "ln -s /dev/zero \"$out\"",
                "truncate -s 100G \"$out\"",
                "echo nonsense > \"$out\"",
                "mkfifo \"$out\""
            })
    void whatIsNoGoldenFileIsRefused(String deed) throws Exception {
        serve(List.of(), SFTP);
        Ended ended = run(collect(OpenSsh.user(), fake(deed)));
        assertThat(ended.exit()).as(ended.err()).isEqualTo(REFUSED);
        assertThat(ended.err()).contains("what came from the host is no golden file");
        assertThat(out).doesNotExist();
        assertNothingIsLeft();
    }

    // The length that a server tells costs it nothing.
    @Test
    void aServerWhoseFileHasNoEndIsStoppedAtTheLimit() throws Exception {
        Path wrapper = folder.resolve("sftp");
        Files.writeString(
                wrapper,
                "#!/bin/sh\nexec '"
                        + Path.of(System.getProperty("java.home"), "bin/java")
                        + "' -cp '"
                        + Path.of(
                                EndlessSftp.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                        + "' dev.assay.collect.EndlessSftp\n");
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
        serve(List.of(), "Subsystem sftp " + wrapper);
        // It wrote nothing, so that the host's shell has to find a program of its own.
        Path agent = fake("exit 0");
        Process process = start(collect(OpenSsh.user(), agent, "--max-bytes", "3000000"));
        await().atMost(DEADLINE).until(() -> !content(place).isEmpty() || !process.isAlive());
        for (Path made : content(place)) {
            Path program = Files.createDirectories(made.resolve("agent/bin"));
            Files.copy(
                    agent.resolve("bin/attest-agent"),
                    program.resolve("attest-agent"),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        Ended ended = end(process);
        assertThat(ended.exit()).as(ended.err()).isEqualTo(REFUSED);
        assertThat(ended.err()).contains("it has more than 3000000 bytes");
        assertThat(out).doesNotExist();
        assertNothingIsLeft();
    }

    @Test
    void aHostOfWhichNoFolderIsFitIsToldSo() throws Exception {
        serve(List.of(), SFTP);
        Ended ended = run(collect(OpenSsh.user(), fake(mark()), "--remote-dir", "/proc"));
        assertThat(ended.exit()).isEqualTo(REFUSED);
        assertThat(ended.err()).contains("in none of /proc can the user write and run");
    }
}

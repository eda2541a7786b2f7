package dev.assay.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.assay.agent.HostTree;
import dev.assay.agent.stub.StubVerifier;
import dev.assay.agent.stub.TestBaseline;
import dev.assay.agent.stub.TestTrust;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.GoldenFile;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Protocol;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands as they are called, on files that are really measured, against a stub verifier.
final class AttestingCommandsTest {
    private static final String SCOPE =
            """
            {"name":"t","version":1,"description":"","rules":[
            {"path":"fs","class":"immutable","reason":"a test","survivesReset":false},
            {"path":"kernel/sysctl","class":"immutable","reason":"a test","survivesReset":false},
            {"path":"kernel/sysctl/kernel.random.**","class":"unmeasured","reason":"new at each boot"}
            ]}\
            """;
    private static final BootId FIRST = new BootId("7c1f0000-0000-4000-8000-000000000001");

    @TempDir Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final TestTrust trust = new TestTrust();
    private HostTree host;
    private HostTree kernel;
    private StubVerifier verifier;
    private Path token;

    @BeforeEach
    void start() throws Exception {
        host = HostTree.create();
        host.file("usr/bin/ssh", "the real ssh", "rwxr-xr-x");
        kernel = HostTree.create();
        kernel.file("proc/sys/kernel/kptr_restrict", "2\n");
        kernel.file("proc/sys/kernel/random/boot_id", FIRST + "\n");
        kernel.file("proc/sys/kernel/hostname", "WEB-1\n");
        kernel.directory("sys");
        verifier = new StubVerifier(trust);
        token = Files.writeString(folder.resolve("token"), "s3cret\n");
        trust.pinnedFile(folder);
        capture();
    }

    @AfterEach
    void stop() throws IOException {
        verifier.close();
        host.close();
        kernel.close();
    }

    private void capture() throws Exception {
        trust.baselineKey.writeNew(folder.resolve("baseline.key"));
        Files.writeString(folder.resolve("scope.json"), SCOPE);
        Path golden = folder.resolve("web.golden");
        assertThat(
                        onHost(
                                "capture",
                                "--scope",
                                folder.resolve("scope.json").toString(),
                                "--channel",
                                StubVerifier.CHANNEL,
                                "--serial",
                                "1",
                                "--sign",
                                folder.resolve("baseline.key").toString(),
                                "--out",
                                golden.toString()))
                .as(err.toString())
                .isZero();
        GoldenFile file = GoldenFile.open(golden);
        try (var manifest = file.packedManifest()) {
            verifier.publish(
                    new TestBaseline(
                            Baseline.parseStatement(file.envelope().payload()),
                            file.envelope(),
                            Bytes.copyOf(manifest.readAllBytes())));
        }
    }

    private int onHost(String command, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                command,
                                "--root",
                                host.root().toString(),
                                "--kernel-from",
                                kernel.root().toString()));
        arguments.addAll(Arrays.asList(more));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return AgentMain.run(
                arguments.toArray(String[]::new),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }

    private int bootstrap(String... more) {
        return bootstrapAt(folder.resolve("state"), more);
    }

    private int bootstrapAt(Path state, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--verifier",
                                verifier.url().toString(),
                                "--token-file",
                                token.toString(),
                                "--trust-root",
                                folder.resolve("pinned-1.json").toString(),
                                "--state",
                                state.toString()));
        arguments.addAll(Arrays.asList(more));
        return onHost("bootstrap", arguments.toArray(String[]::new));
    }

    private int runOnce(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("--once", "--state", folder.resolve("state").toString()));
        arguments.addAll(Arrays.asList(more));
        return onHost("run", arguments.toArray(String[]::new));
    }

    private Evidence lastEvidence() {
        return verifier.evidence.getLast();
    }

    private Path script(String body) throws IOException {
        Path file = folder.resolve("reset-" + UUID.randomUUID());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    @Test
    void aGoldenHostIsAdmittedUnderTheKernelsNameAndSimulated() {
        assertThat(bootstrap()).as(err.toString()).isZero();
        assertThat(out).hasToString("web-1 is admitted: golden says the stub\n");
        assertThat(lastEvidence().host()).isEqualTo("web-1");
        assertThat(lastEvidence().boot()).isEqualTo(FIRST);
        assertThat(lastEvidence().source().simulated()).isTrue();
        assertThat(lastEvidence().source().bootId()).isEqualTo("captured");
    }

    @Test
    void oneDocumentIsPrintedForPrograms() {
        assertThat(bootstrap("--json", "--host", "web-7")).isZero();
        assertThat(out.toString()).contains("\"host\" : \"web-7\"", "\"admit\" : true");
    }

    @Test
    void aDriftedHostIsNotAdmittedAndItsDriftIsReported() throws IOException {
        host.file("usr/bin/ssh", "another ssh", "rwxr-xr-x");
        kernel.file("proc/sys/kernel/kptr_restrict", "0\n");
        assertThat(bootstrap()).isEqualTo(1);
        assertThat(out.toString()).startsWith("web-1 is not admitted: drifted");
        assertThat(Objects.requireNonNull(lastEvidence().report()).items())
                .extracting(item -> item.path().toString())
                .containsExactly("fs/usr/bin/ssh", "kernel/sysctl/kernel.kptr_restrict");
    }

    @Test
    void anUnreachableVerifierIsExitCodeTwo() {
        verifier.close();
        assertThat(bootstrap("--wait", "1ms")).isEqualTo(2);
        assertThat(out.toString()).contains("verifier unreachable");
        assertThat(bootstrap("--when-unreachable", "unready")).isEqualTo(2);
    }

    @Test
    void aRefusedEnrolmentIsAnOperationsFailure() {
        verifier.override(Protocol.ENROL, StubVerifier.problem(403, "token-expired"));
        assertThat(bootstrap()).isEqualTo(70);
        assertThat(out.toString()).contains("token-expired");
    }

    @Test
    void wrongUsageSaysWhatToDo() {
        assertThat(bootstrap("--wait", "soon")).isEqualTo(64);
        assertThat(err.toString()).contains("--wait", "90s, 10m or 2h");
        assertThat(bootstrap("--host", "No Name")).isEqualTo(64);
        assertThat(err.toString()).contains("--host");
        assertThat(onHost("bootstrap", "--verifier", "http://x", "--trust-root", "x"))
                .isEqualTo(64);
        assertThat(runOnce()).isEqualTo(64);
        assertThat(err.toString()).contains("bootstrap");
    }

    @Test
    void aStateFolderOnTmpfsNeedsToBeAskedFor() throws IOException {
        Path shm = Path.of("/dev/shm");
        assumeThat(Files.isWritable(shm)).isTrue();
        assumeThat(Files.getFileStore(shm).type()).isEqualTo("tmpfs");
        assertThat(bootstrapAt(shm.resolve("assay-" + UUID.randomUUID()))).isEqualTo(64);
        assertThat(err.toString()).contains("tmpfs", "--ephemeral-identity");
    }

    @Test
    void whatIsMissingForAResetShowsAtTheStart() {
        assertThat(runOnce("--reset-sentinel", folder.resolve("no/such/file").toString()))
                .isEqualTo(64);
        assertThat(err.toString()).contains("--reset-sentinel", "no/such");
        assertThat(runOnce("--reset-command", "/bin/true", "--pre-reset-hook", "/no/such/hook"))
                .isEqualTo(64);
        assertThat(err.toString()).contains("pre-reset hook /no/such/hook");
        assertThat(runOnce("--reset-command", "/bin/true", "--exhibit-path", "usr/**"))
                .isEqualTo(64);
        assertThat(err.toString()).contains("--exhibit-path");
    }

    @Test
    void aHostHasOneWayOfBeingReset() {
        assertThat(
                        runOnce(
                                "--reset-command",
                                "/bin/true",
                                "--reset-sentinel",
                                folder.resolve("reboot-required").toString()))
                .isEqualTo(64);
        assertThat(err.toString()).contains("give one of --reset-command");
    }

    @Test
    void aResetCommandThatDoesNotExistIsFoundAtTheStart() {
        assertThat(bootstrap()).isZero();
        int before = verifier.evidence.size();
        assertThat(runOnce("--reset-command", "/no/such/program")).isEqualTo(64);
        assertThat(err.toString()).contains("/no/such/program", "--reset-command");
        assertThat(verifier.evidence).hasSize(before);
    }

    @Test
    void aDriftedHostThatIsOrderedToResetComesBackGoldenOnANewBoot() throws IOException {
        assertThat(bootstrap()).isZero();
        Path ssh = host.file("usr/bin/ssh", "another ssh", "rwxr-xr-x");
        String second = "e09a0000-0000-4000-8000-000000000002";
        Path reset =
                script(
                        "printf 'the real ssh' > "
                                + ssh
                                + "; echo "
                                + second
                                + " > \"$1\"; test \"$ASSAY_HOST\" = web-1");
        verifier.order = trust.order("r1", "web-1", FIRST, Instant.now(), Duration.ofMinutes(5));
        String bootId = kernel.root().resolve("proc/sys/kernel/random/boot_id").toString();
        assertThat(runOnce("--reset-command", reset.toString(), bootId)).isEqualTo(1);
        assertThat(runOnce("--reset-command", reset.toString(), bootId)).isZero();
        assertThat(lastEvidence().boot()).isEqualTo(new BootId(second));
        assertThat(lastEvidence().sequence()).isEqualTo(1);
    }

    @Test
    void theTokenIsInNoOutputAndNoStateFile() throws IOException {
        bootstrap();
        assertThat(out.toString() + err).doesNotContain("s3cret");
        try (var files = Files.walk(folder.resolve("state"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Bytes.copyOf(Files.readAllBytes(file)).lossyText())
                        .as(file.toString())
                        .doesNotContain("s3cret");
            }
        }
    }
}

package dev.assay.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.HostTree;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

class AgentMainTest {
    private static final String RULES =
            """
            {"path":"fs","class":"immutable","reason":"a test","survivesReset":false},
            {"path":"kernel/sysctl","class":"immutable","reason":"a test","survivesReset":false}""";

    @TempDir private Path folder;
    private HostTree host;
    private HostTree kernel;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeHost() throws IOException {
        host = HostTree.create();
        host.file("usr/bin/ssh", "the real ssh", "rwxr-xr-x");
        kernel = HostTree.create();
        kernel.file("proc/sys/kernel/kptr_restrict", "2\n");
        kernel.directory("sys");
        SigningKey key = SigningKey.generate(KeyType.ED25519);
        key.writeNew(folder.resolve("k.key"));
        Files.writeString(folder.resolve("k.pub.pem"), key.verificationKey().pem());
        scope(RULES);
    }

    @AfterEach
    void removeHost() throws IOException {
        host.close();
        kernel.close();
    }

    private void scope(String rules) throws IOException {
        Files.writeString(
                folder.resolve("scope.json"),
                "{\"name\":\"t\",\"version\":1,\"description\":\"\",\"rules\":[" + rules + "]}");
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return AgentMain.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private String[] onHost(String command, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                command,
                                "--root",
                                host.root().toString(),
                                "--kernel-from",
                                kernel.root().toString()));
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray(String[]::new);
    }

    private int capture(String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--scope", folder.resolve("scope.json").toString(),
                                "--channel", "web-nodes",
                                "--serial", "42",
                                "--out", folder.resolve("w.golden").toString(),
                                "--sign", folder.resolve("k.key").toString()));
        arguments.addAll(Arrays.asList(more));
        return run(onHost("capture", arguments.toArray(String[]::new)));
    }

    private int check(String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--baseline", folder.resolve("w.golden").toString(),
                                "--trust", folder.resolve("k.pub.pem").toString()));
        arguments.addAll(Arrays.asList(more));
        return run(onHost("check", arguments.toArray(String[]::new)));
    }

    private JsonNode json() throws MalformedInputException {
        return Json.parseTree(Bytes.utf8(out.toString()), 1 << 20);
    }

    @Test
    void untouchedHostIsGolden() {
        assertThat(capture()).as(err.toString()).isEqualTo(ExitCode.GOLDEN);

        assertThat(check()).as(err.toString()).isEqualTo(ExitCode.GOLDEN);
        assertThat(out.toString()).startsWith("GOLDEN web-nodes #42\nCovered 1 file, 12 B, ");
    }

    // What is brought along for a capture is not golden, and what stays of it is found.
    @Test
    void aFolderThatIsLeftOutOfTheCaptureIsDriftWhereItIsStillThere() throws Exception {
        host.file("tmp/other", "x");
        capture("--json");
        String without = json().get("digest").asString();
        host.file("tmp/brought/bin/tool", "\u007fELF", "rwxr-xr-x");

        int exit = capture("--json", "--leave-out", host.root().resolve("tmp/brought").toString());

        assertThat(exit).as(err.toString()).isEqualTo(ExitCode.GOLDEN);
        assertThat(json().get("digest").asString()).isEqualTo(without);
        assertThat(check()).isEqualTo(ExitCode.DRIFTED);
        assertThat(out.toString()).contains("/tmp/brought/bin/tool");
    }

    @Test
    void aFolderThatIsLeftOutHasToBeThere() {
        assertThat(capture("--leave-out", host.root().resolve("nowhere").toString()))
                .isEqualTo(ExitCode.OPERATION);
    }

    @Test
    void driftIsPrintedAsDocumented() throws IOException {
        capture();
        host.file("usr/bin/ssh", "another ssh!", "rwxr-xr-x");
        host.file("usr/bin/.x", "\u007fELF" + "x".repeat(17_996));
        host.mode("usr/bin/.x", 04755);
        kernel.file("proc/sys/kernel/kptr_restrict", "0\n");

        assertThat(check()).isEqualTo(ExitCode.DRIFTED);

        List<String> lines = out.toString().lines().toList();
        assertThat(lines.get(0)).isEqualTo("DRIFTED from web-nodes #42            3 changes");
        assertThat(lines.get(1))
                .matches("  ADDED    /usr/bin/\\.x             set-uid [^,]+, ELF, 18 KB");
        assertThat(lines.get(2))
                .matches("  CHANGED  /usr/bin/ssh            content \\w{4}…→\\w{4}…");
        assertThat(lines.get(3)).isEqualTo("  CHANGED  kernel.kptr_restrict    2 → 0");
        assertThat(lines.get(4))
                .matches(
                        "Covered 2 files, 18 KB, \\d+\\.\\d s\\. Not measured: 0 files"
                                + " \\(--coverage\\)");
        assertThat(lines.get(5)).isEqualTo("Survives a reboot: none → remedy: reset");
        assertThat(lines).hasSize(6);
    }

    @Test
    void oneChangedByteNamesTheFileAndTheAttributeAlone() throws Exception {
        capture();
        host.file("usr/bin/ssh", "the reaI ssh", "rwxr-xr-x");

        assertThat(check("--json")).isEqualTo(ExitCode.DRIFTED);

        JsonNode drifts = json().get("drifts");
        assertThat(drifts.size()).isEqualTo(1);
        assertThat(drifts.get(0).get("path").asString()).isEqualTo("fs/usr/bin/ssh");
        assertThat(drifts.get(0).get("attributes").size()).isEqualTo(1);
        assertThat(drifts.get(0).get("attributes").get(0).get("name").asString())
                .isEqualTo("content");
        assertThat(json().get("simulated").asBoolean()).isTrue();
    }

    @Test
    void driftThatSurvivesARebootAsksForAReplacement() throws IOException {
        scope(RULES.replace("false", "true"));
        capture();
        host.file("usr/bin/new", "x");

        check();

        assertThat(out.toString()).contains("Survives a reboot: 1 of 1 → remedy: replacement");
    }

    @Test
    void signatureOfAnotherKeyIsRefused() throws IOException {
        capture();
        SigningKey other = SigningKey.generate(KeyType.ED25519);
        Files.writeString(folder.resolve("k.pub.pem"), other.verificationKey().pem());

        assertThat(check()).isEqualTo(ExitCode.OPERATION);
        assertThat(err.toString()).contains("signatures are good").hasLineCount(1);
    }

    @Test
    void expiredBaselineIsOutdatedAndNeverDrift() {
        capture("--not-before", "2020-01-01T00:00:00Z", "--not-after", "2021-01-01T00:00:00Z");

        assertThat(check()).isEqualTo(ExitCode.UNDETERMINED);
        assertThat(err.toString()).startsWith("OUTDATED web-nodes #42 expired");
    }

    @Test
    void kernelOfAnotherRootMustBeNamed() {
        int exit =
                run(
                        "measure",
                        "--root",
                        host.root().toString(),
                        "--scope",
                        folder.resolve("scope.json").toString());

        assertThat(exit).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--kernel-from").hasLineCount(1);
    }

    @Test
    void brokenExpectationFailsTheCaptureByName() throws IOException {
        Files.writeString(
                folder.resolve("scope.json"),
                "{\"name\":\"t\",\"version\":1,\"description\":\"\",\"rules\":["
                        + RULES
                        + "],\"expectations\":[{\"path\":\"kernel/sysctl/kernel.kptr_restrict\","
                        + "\"reason\":\"a test\",\"exact\":\"1\"}]}");

        assertThat(capture()).isEqualTo(ExitCode.OPERATION);
        assertThat(err.toString()).contains("kernel.kptr_restrict  is 2, expected 1");
        assertThat(folder.resolve("w.golden")).doesNotExist();
    }

    @Test
    void baselineInsideOfWhatItDescribesIsRefused() {
        int exit =
                run(
                        onHost(
                                "capture",
                                "--scope",
                                folder.resolve("scope.json").toString(),
                                "--channel",
                                "web-nodes",
                                "--serial",
                                "1",
                                "--out",
                                host.root().resolve("usr/w.golden").toString()));

        assertThat(exit).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("write it elsewhere");
    }

    @Test
    void measurePrintsTheSameRootThatCaptureSigns() throws Exception {
        capture("--json");
        String captured = json().get("digest").asString();

        run(onHost("measure", "--scope", folder.resolve("scope.json").toString(), "--json"));

        assertThat(json().get("digest").asString()).isEqualTo(captured);
        assertThat(json().get("coverage").get("classes").has("immutable")).isTrue();
    }

    @Test
    void missingOptionIsAUsageErrorOfOneLine() {
        assertThat(run("capture")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).hasLineCount(1);
    }

    @Test
    void fileThatMayNotBeReadLeavesTheHostUndetermined() throws Exception {
        host.file("usr/bin/secret", "x");
        capture();
        host.mode("usr/bin/secret", 0);

        List<String> command =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--bounding-set=-dac_override,-dac_read_search",
                                "--inh-caps=-dac_override,-dac_read_search",
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AgentMain.class.getName()));
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not installed");
        command.addAll(
                Arrays.asList(
                        onHost(
                                "check",
                                "--baseline",
                                folder.resolve("w.golden").toString(),
                                "--trust",
                                folder.resolve("k.pub.pem").toString())));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).as(printed).isEqualTo(ExitCode.UNDETERMINED);
        assertThat(printed).contains("UNREADABLE  /usr/bin/secret").contains("EACCES");
    }

    @Command(name = "agent")
    private static final class Failing implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new OutOfMemoryError("Java heap space");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"capture", "check", "measure", "bootstrap", "run", "reset-order"})
    void everyCommandIsFoundByItsNameAndListed(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: attest-agent " + command);
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).containsPattern("(?m)^ +" + command + " ");
    }

    @Test
    void memoryThatDoesNotSufficeIsNotDrift() {
        CommandLine agent = new CommandLine(new Failing()).setErr(new PrintWriter(err, true));

        assertThat(AgentMain.execute(agent)).isEqualTo(ExitCode.OPERATION);
        assertThat(err.toString()).contains("memory does not suffice");
    }
}

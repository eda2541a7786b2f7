package dev.assay.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The built folder, as another user than root, and as an image whose root is entered without a
/// container engine. Mounts are made in a name space of their own, with a process 1 of their own:
/// it stands for the host's.
final class DistIT {
    private static final Path AGENT = Path.of(System.getProperty("assay.root"), "attest-agent");
    private static final Path DIST = AGENT.resolve("target/dist");
    private static final List<String> NAMESPACE =
            List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc");
    private static final String CAPABILITIES = "-all,+dac_read_search,+sys_ptrace,+sys_admin";
    private static final String SCOPE =
            """
            {"name":"t","version":1,"description":"","rules":[
            {"path":"fs","class":"unmeasured","reason":"a test"},
            {"path":"fs/etc","class":"immutable","reason":"a test","survivesReset":false}]}\
            """;

    @TempDir private Path folder;

    private record Ended(int exit, String out, String err) {
        JsonNode json() throws Exception {
            return Json.parseTree(Bytes.utf8(out), 1 << 20);
        }
    }

    @BeforeEach
    void requireTheDist() {
        assumeTrue(Files.exists(DIST), "skipped by -Dassay.dist.skip");
    }

    private Ended run(Map<String, String> variables, List<String> command) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Ended run(String... command) throws Exception {
        return run(Map.of(), List.of(command));
    }

    private Ended inNamespace(List<String> command) throws Exception {
        List<String> all = new ArrayList<>(NAMESPACE);
        all.addAll(command);
        return run(Map.of(), all);
    }

    private void requireNamespaces() throws Exception {
        assumeTrue(inNamespace(List.of("true")).exit() == 0, "no name spaces: not root");
    }

    private Path scope() throws IOException {
        return Files.writeString(folder.resolve("scope.json"), SCOPE);
    }

    @Test
    void theLauncherIsAlsoFoundByALinkAndTakesNoOptionsFromOutside() throws Exception {
        Path link =
                Files.createSymbolicLink(folder.resolve("agent"), DIST.resolve("bin/attest-agent"));
        Ended ended =
                run(
                        Map.of("JAVA_TOOL_OPTIONS", "-Dx=y", "JDK_JAVA_OPTIONS", "-Dx=y"),
                        List.of(link.toString(), "--version"));
        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.out()).startsWith("attest-agent ");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void anInstallationThatIsNotWholeIsNotDrift() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path launcher = bin.resolve("attest-agent");
        Files.copy(DIST.resolve("bin/attest-agent"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
        Ended ended = run(launcher.toString(), "check");
        assertThat(ended.exit()).isEqualTo(70);
        assertThat(ended.err()).contains("runtime/bin/java is missing");
    }

    @Test
    void itIsSmall() throws Exception {
        long bytes = 0;
        try (var files = Files.walk(DIST)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        assertThat(bytes).isLessThanOrEqualTo(71L << 20);
    }

    @Test
    void aUserWithThreeCapabilitiesReadsEverything() throws Exception {
        requireNamespaces();
        List<String> measure =
                List.of(
                        DIST.resolve("bin/attest-agent").toString(),
                        "measure",
                        "--json",
                        "--scope=" + scope());
        run("chmod", "a+rx", folder.toString());
        List<String> asUser =
                new ArrayList<>(
                        List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        List<String> plain = new ArrayList<>(asUser);
        asUser.addAll(
                List.of(
                        "--inh-caps=" + CAPABILITIES,
                        "--ambient-caps=" + CAPABILITIES,
                        "--bounding-set=" + CAPABILITIES,
                        "--no-new-privs"));
        asUser.addAll(measure);
        plain.addAll(measure);

        Ended asRoot = inNamespace(measure);
        Ended ended = inNamespace(asUser);
        assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
        assertThat(ended.json().get("digest")).isEqualTo(asRoot.json().get("digest"));
        assertThat(inNamespace(plain).exit()).as("without them").isEqualTo(2);
    }

    @Test
    void theImageIsTheSameBytesTwiceAndMeasuresTheLiveHostFromWithin() throws Exception {
        String build = AGENT.resolve("oci/build").toString();
        Path layout = folder.resolve("oci");
        Ended first = run(build, layout.toString());
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(run(build, folder.resolve("again").toString()).out()).isEqualTo(first.out());

        requireNamespaces();
        Path root = Files.createDirectory(folder.resolve("root"));
        JsonNode manifest = blob(layout, first.out().strip());
        String layer = manifest.get("layers").get(0).get("digest").asString();
        run("tar", "-xzf", blobFile(layout, layer).toString(), "-C", root.toString());
        Files.copy(scope(), root.resolve("tmp/scope.json"));
        String pod =
                """
                set -e
                mount --rbind / "$0/host"
                mount -o remount,bind,ro "$0/host"
                mount -t proc proc "$0/proc"
                chroot "$0" /bin/kill -0 1
                # Not by exec: this shell is process 1, and stands for the host's.
                chroot "$0" /opt/assay/bin/attest-agent measure --json \
                  --root /host --kernel-from /host --scope /tmp/scope.json
                exit $?
                """;
        Ended within = inNamespace(List.of("sh", "-c", pod, root.toString()));
        assertThat(within.exit()).as(within.err() + within.out()).isZero();
        assertThat(within.json().get("simulated").asBoolean()).as("the live host").isFalse();

        Ended outside =
                inNamespace(
                        List.of(
                                DIST.resolve("bin/attest-agent").toString(),
                                "measure",
                                "--json",
                                "--scope=" + folder.resolve("scope.json")));
        assertThat(within.json().get("digest")).isEqualTo(outside.json().get("digest"));
    }

    private static Path blobFile(Path layout, String digest) {
        return layout.resolve("blobs").resolve(digest.replace(':', '/'));
    }

    private static JsonNode blob(Path layout, String digest) throws Exception {
        return Json.parseTree(Bytes.copyOf(Files.readAllBytes(blobFile(layout, digest))), 1 << 20);
    }
}

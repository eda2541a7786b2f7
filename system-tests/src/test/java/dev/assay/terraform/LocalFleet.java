package dev.assay.terraform;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `terraform/examples/local-fleet` as its reader runs it, and its machines as who runs them sees
/// them: their disks, their power, a shell as root.
final class LocalFleet {
    static final String EXAMPLE = "examples/local-fleet";
    private static final Duration STEP = Duration.ofMinutes(12);
    private static final List<String> PROGRAMS =
            List.of(
                    "qemu-system-x86_64",
                    "swtpm",
                    "swtpm_setup",
                    "mmdebstrap",
                    "mksquashfs",
                    "veritysetup",
                    "mcopy",
                    "mformat",
                    "sfdisk",
                    "cpio",
                    "zstd",
                    "depmod",
                    "modprobe",
                    "mke2fs",
                    "ssh",
                    "ssh-keyscan",
                    "curl");
    private static final List<Path> FILES =
            List.of(
                    Path.of("/usr/share/OVMF/OVMF_CODE_4M.fd"),
                    Path.of("/usr/lib/systemd/boot/efi/systemd-bootx64.efi"));

    private final Path project = Path.of(requireNonNull(System.getProperty("assay.root")));
    private final Path folder;
    private final Program terraform;
    private final Program shell;
    private final Instant begun = Instant.now();
    private final List<String> told = new ArrayList<>();

    /// Skips the test where something is missing, and names it.
    LocalFleet(Path folder) throws IOException {
        requirePrograms();
        this.folder = folder;
        Modules modules = Modules.copyTo(Files.createDirectory(folder.resolve("terraform")));
        int verifierPort = freePort();
        Map<String, String> values =
                Map.of(
                        "folder",
                        data().toString(),
                        "verifier_port",
                        "" + verifierPort,
                        "golden_ports",
                        "[" + freePort() + "," + freePort() + "]",
                        "nodes",
                        "{node-1=" + freePort() + ",node-2=" + freePort() + "}");
        Map<String, String> environment =
                Map.of(
                        "ASSAY_PROJECT",
                        project.toString(),
                        "VERIFIER_PORT",
                        "" + verifierPort,
                        "PATH",
                        System.getenv("PATH") + ":/usr/sbin:/sbin");
        this.terraform = modules.in(EXAMPLE, values).with(environment).within(STEP);
        this.shell =
                new Program(Path.of("/bin/bash"), modules.folder().resolve(EXAMPLE), environment)
                        .within(STEP);
    }

    private static void requirePrograms() {
        String path = System.getenv("PATH") + ":/usr/sbin:/sbin";
        List<String> missing = new ArrayList<>();
        for (String program : PROGRAMS) {
            boolean isThere =
                    Stream.of(path.split(":"))
                            .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
            if (!isThere) {
                missing.add(program);
            }
        }
        FILES.stream()
                .filter(file -> !Files.exists(file))
                .forEach(file -> missing.add(file.toString()));
        assumeTrue(missing.isEmpty(), "virtual machines need what is not installed: " + missing);
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "the image is built by root: its files belong to root");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// What the fleet makes, and where its machines live.
    Path data() {
        return folder.resolve("fleet");
    }

    Path project() {
        return project;
    }

    void apply() throws IOException, InterruptedException {
        terraform.succeed("init", "-no-color", "-input=false");
        terraform.succeed("apply", "-auto-approve", "-no-color", "-input=false");
    }

    void destroy() throws IOException, InterruptedException {
        terraform.succeed("destroy", "-auto-approve", "-no-color", "-input=false");
    }

    /// One of the example's steps.
    String step(String name, String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("./fleet", name, data().toString()));
        all.addAll(List.of(words));
        return shell.succeed(all.toArray(String[]::new));
    }

    /// Bash, in the example's folder; `$fleet` is where the machines live.
    String bash(String script) throws IOException, InterruptedException {
        return shell.succeed("-ec", "fleet=" + data() + "\n" + script);
    }

    /// Bash on a node, as root: an intruder's.
    String onNode(String node, String script) throws IOException, InterruptedException {
        Path file = Files.createTempFile(folder, "script", ".sh");
        Files.writeString(file, script);
        return bash("./fleet ssh \"$fleet\" %s bash -es <%s 2>&1".formatted(node, file));
    }

    void copyToNode(String node, Path from, String to) throws IOException, InterruptedException {
        bash("./fleet ssh \"$fleet\" %s 'cat >%s' <%s".formatted(node, to, from));
    }

    String verifier(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(project.resolve("assay") + "", "verifier"));
        all.addAll(List.of(words));
        all.addAll(List.of("--data", data().resolve("verifier").toString()));
        return shell.succeed(all.toArray(String[]::new));
    }

    /// What the API answers; a missing node where it cannot be asked just now.
    private JsonNode ask(String path) throws IOException, InterruptedException {
        Program.Ended asked = shell.run("./fleet", "ask", data().toString(), path);
        return asked.exitCode() == 0
                ? JsonMapper.shared().readTree(asked.output())
                : JsonMapper.shared().createObjectNode();
    }

    JsonNode host(String node) throws IOException, InterruptedException {
        return ask("/v1/hosts/" + node);
    }

    /// Names and details of what drifted on it, one a line.
    String drifts(String node) throws IOException, InterruptedException {
        StringBuilder lines = new StringBuilder();
        for (JsonNode item : ask("/v1/hosts/" + node + "/drift").path("drifts")) {
            lines.append(item.path("path").asString()).append("  ");
            lines.append(item.path("detail").asString()).append('\n');
        }
        return lines.toString();
    }

    interface Until {
        boolean test(JsonNode host) throws IOException;
    }

    JsonNode await(String node, Duration atMost, Until until) {
        JsonNode[] last = new JsonNode[1];
        Awaitility.await(node)
                .atMost(atMost)
                .pollInterval(Duration.ofSeconds(1))
                .conditionEvaluationListener(
                        ended -> {
                            if (ended.getRemainingTimeInMS() == 0) {
                                tell("in vain for %s: %s".formatted(node, last[0]));
                            }
                        })
                .until(
                        () -> {
                            last[0] = host(node);
                            return until.test(last[0]);
                        });
        return last[0];
    }

    String console(String node) throws IOException {
        Path file = data().resolve(node).resolve("console.log");
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    /// Until the list of what drifted has all of these.
    String awaitDrifts(String node, Duration atMost, String... names) {
        String[] last = new String[1];
        try {
            Awaitility.await(node)
                    .atMost(atMost)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(
                            () -> {
                                last[0] = drifts(node);
                                return Stream.of(names).allMatch(last[0]::contains);
                            });
        } finally {
            tell("%s drifted:%n%s".formatted(node, last[0]));
        }
        return last[0];
    }

    JsonNode awaitState(String node, Duration atMost, String state) {
        JsonNode host = await(node, atMost, seen -> seen.path("state").asString("").equals(state));
        tell("%s is %s: %s".formatted(node, state, host.path("because").asString("")));
        return host;
    }

    /// Prints it with the time since the beginning.
    void tell(String what) {
        double seconds = Duration.between(begun, Instant.now()).toMillis() / 1000.0;
        String line = String.format(Locale.ROOT, "%7.1f s  ", seconds) + what;
        synchronized (told) {
            told.add(line);
        }
        System.out.println("local-fleet " + line);
    }

    /// Ends what still runs, and leaves logs and what was told where a build keeps its reports.
    void close(Path reports) throws IOException, InterruptedException {
        Files.createDirectories(reports);
        Files.write(reports.resolve("told.txt"), told);
        bash(
                """
                for file in "$fleet"/*/console.log "$fleet"/verifier.log; do
                  [[ ! -e $file ]] || cp "$file" %s/"$(basename "$(dirname "$file")")-$(basename "$file")"
                done
                ./fleet stop "$fleet"
                """
                        .formatted(reports));
    }

    /// Command lines of processes that are the fleet's.
    List<String> running() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(data() + "/"))
                .toList();
    }
}

package dev.assay.terraform;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.rig.Fleet;
import dev.assay.rig.Programs;
import dev.assay.rig.SimulatedHost;
import dev.assay.rig.TreeScope;
import dev.assay.terraform.Program.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The agent's command lines in the units that `node-bootstrap` renders, under the real agent.
final class NodeCommandsIT {
    private static final String HOOK = "assay-bootstrap.service";
    private static final String DAEMON = "assay-agent.service";

    /// Where the rendered units keep the agent's state: a host's own place, not the tests'.
    private static final String STATE = "/var/lib/assay";

    private static final String NO_OPTION = "--no-such-option";
    private static final int USAGE = 64;
    private static final Duration DEADLINE = Duration.ofSeconds(40);

    @TempDir private Path folder = Path.of("");

    private Modules modules = Modules.NONE;
    private Programs programs = new Programs(Path.of(""), Path.of(""));

    @BeforeEach
    void copyTheModules() throws IOException {
        modules = Modules.copyTo(Files.createDirectory(folder.resolve("terraform")));
        programs = Programs.ofSystemProperties();
    }

    /// The agent names every option that it does not know before it does anything. Appending
    /// `--help` would prove nothing: help is given whatever stands before it.
    @ParameterizedTest
    @ValueSource(strings = {HOOK, DAEMON})
    void renderedCommandHasNoOptionThatTheAgentLacks(String unit)
            throws IOException, InterruptedException {
        Map<String, String> all = values();
        all.put("wait", "10m");
        all.put("when_unreachable", "unready");
        all.put("startup_taint", "{}");

        assertThat(unknownOptions(command(values(), unit))).isEqualTo(complaint(unit, ""));
        assertThat(unknownOptions(command(all, unit))).isEqualTo(complaint(unit, ""));
    }

    @Test
    void optionThatTheAgentLacksIsFound() throws IOException, InterruptedException {
        Map<String, String> more = values();
        more.put("extra_run_args", "[\"--colour\"]");

        assertThat(unknownOptions(command(more, DAEMON)))
                .isEqualTo(complaint(DAEMON, "'--colour', "));
    }

    @Test
    void renderedCommandsAdmitAGoldenNodeAndThenAttestUntilTheyAreStopped()
            throws IOException, InterruptedException {
        Path source = Files.createDirectories(folder.resolve("source/usr/bin"));
        Files.writeString(source.resolve("greet"), "#!/bin/sh\necho hello\n");
        String scope = TreeScope.write(folder).toString();
        try (Fleet fleet = new Fleet(programs, folder, folder.resolve("source"), scope)) {
            fleet.start(Map.of("allowSimulated", true));
            SimulatedHost node = fleet.otherHost("node-1", folder.resolve("node"));
            Map<String, List<String>> units = units(values(fleet, node));

            Process hook =
                    programs.startAgent(on(node, requireNonNull(units.get(HOOK))), node.log());
            assertThat(exitCode(hook)).as(Files.readString(node.log())).isZero();
            assertThat(fleet.state(node).get("admit").asBoolean()).isTrue();

            Path log = folder.resolve("daemon.log");
            Process daemon = programs.startAgent(on(node, requireNonNull(units.get(DAEMON))), log);
            try {
                await().atMost(DEADLINE)
                        .until(() -> Files.readString(log).contains("event=attested"));
            } finally {
                daemon.destroy();
            }
            // The daemon's unit takes this as success.
            assertThat(exitCode(daemon)).as(Files.readString(log)).isEqualTo(143);
        }
    }

    private static int exitCode(Process process) throws InterruptedException {
        if (!process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
            Programs.stop(process);
        }
        return process.exitValue();
    }

    private static Map<String, String> values() {
        Map<String, String> values = new HashMap<>();
        values.put("verifier_url", "https://verifier.example.com:8443");
        values.put("trust_root", "{}");
        values.put("enrol_token_file", "/run/secrets/assay-enrol-token");
        return values;
    }

    /// The reset is one that does nothing: the default restarts the machine that runs the test.
    private static Map<String, String> values(Fleet fleet, SimulatedHost node)
            throws IOException, InterruptedException {
        String place = "\"--root=%s\", \"--kernel-from=%s\"".formatted(node.disk(), node.kernel());
        Map<String, String> values = new HashMap<>();
        values.put("verifier_url", fleet.verifier().url().toString());
        values.put("trust_root_file", fleet.verifier().trustRootFile().toString());
        values.put("enrol_token_file", fleet.enrolToken(node.name()).toString());
        values.put("wait", "30s");
        values.put("extra_bootstrap_args", "[" + place + "]");
        values.put("extra_run_args", "[" + place + ", \"--reset-command=/bin/true\"]");
        return values;
    }

    private List<String> command(Map<String, String> values, String unit)
            throws IOException, InterruptedException {
        return requireNonNull(units(values).get(unit));
    }

    /// Unit by unit the arguments after the program. The module lets no white space, quote or
    /// specifier into a value, so that systemd takes the line apart as this does.
    private Map<String, List<String>> units(Map<String, String> values)
            throws IOException, InterruptedException {
        var rendered = modules.outputs("node-bootstrap", values).get("units").get("value");
        Map<String, List<String>> commands = new HashMap<>();
        for (String name : List.of(HOOK, DAEMON)) {
            String start =
                    rendered.get(name)
                            .asString()
                            .replace("\\\n", " ")
                            .lines()
                            .filter(line -> line.startsWith("ExecStart="))
                            .findFirst()
                            .orElseThrow();
            List<String> words = List.of(start.split(" +"));
            assertThat(words.getFirst()).isEqualTo("ExecStart=/usr/bin/attest-agent");
            commands.put(name, words.subList(1, words.size()));
        }
        return commands;
    }

    private static List<String> on(SimulatedHost node, List<String> arguments) {
        assertThat(arguments).contains(STATE);
        return arguments.stream()
                .map(argument -> argument.equals(STATE) ? node.state().toString() : argument)
                .toList();
    }

    private Ended unknownOptions(List<String> arguments) throws IOException, InterruptedException {
        Path agent = Launcher.write(folder.resolve("bin/attest-agent"), Programs.agentJar());
        List<String> more = new ArrayList<>(arguments);
        more.add(NO_OPTION);
        return new Program(agent, folder, Map.of()).run(more.toArray(String[]::new));
    }

    /// @param others that the agent lacks too, quoted, each with a comma after it
    private static Ended complaint(String unit, String others) {
        String command = "attest-agent " + (unit.equals(HOOK) ? "bootstrap" : "run");
        return new Ended(
                USAGE,
                "%s: Unknown option%s: %s'%s' (see %s --help)\n"
                        .formatted(
                                command, others.isEmpty() ? "" : "s", others, NO_OPTION, command));
    }
}

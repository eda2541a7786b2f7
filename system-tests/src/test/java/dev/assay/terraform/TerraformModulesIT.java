package dev.assay.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.terraform.Program.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The modules pass their own tests under the real terraform, without a network, and what they
/// render is what systemd and the shell take.
final class TerraformModulesIT {
    private static final Pattern PASSED = Pattern.compile("Success! ([0-9]+) passed, 0 failed\\.");
    private static final String NODE = "node-bootstrap";
    private static final String BASELINE = "golden-baseline";

    @TempDir private Path folder = Path.of("");

    private Path terraform = Path.of("");

    @BeforeEach
    void copyTheModules() throws IOException {
        Optional<Path> found = Program.find("terraform");
        assumeTrue(found.isPresent(), "terraform is not installed (no such program on PATH)");
        terraform = found.get();
        String root = System.getProperty("assay.root");
        assertThat(root).as("assay.root, which the build sets").isNotNull();
        copy(Path.of(root, "terraform"), folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {NODE, BASELINE})
    void moduleTestsPassWithTheBuiltInProviderAlone(String module)
            throws IOException, InterruptedException {
        Program there = in("modules/" + module);
        String initialised = succeed(there, "init", "-backend=false", "-no-color");
        assertThat(initialised).doesNotContain("Installing", "Downloading");

        String tested = succeed(there, "test", "-no-color");

        // A bare "Success!" would also be printed where no test was found.
        assertThat(tested).containsPattern(PASSED).doesNotContain("Success! 0 passed", "skip");
    }

    @Test
    void everyFileIsFormatted() throws IOException, InterruptedException {
        assertThat(succeed(in("."), "fmt", "-check", "-recursive", "-no-color")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "baseline"})
    void exampleIsValid(String example) throws IOException, InterruptedException {
        Program there = in("examples/" + example);
        succeed(there, "init", "-backend=false", "-no-color");
        assertThat(succeed(there, "validate", "-no-color")).contains("The configuration is valid");
    }

    @Test
    void renderedUnitsAreTakenBySystemd() throws IOException, InterruptedException {
        Optional<Path> systemd = Program.find("systemd-analyze");
        assumeTrue(systemd.isPresent(), "systemd-analyze is not installed (no program on PATH)");
        JsonNode units = render().get("units").get("value");
        Path there = Files.createDirectory(folder.resolve("units"));
        for (String name : List.copyOf(units.propertyNames())) {
            Files.writeString(there.resolve(name), units.get(name).asString());
        }
        Files.writeString(there.resolve("kubelet.service"), "[Service]\nExecStart=/bin/true\n");

        Ended verified =
                new Program(systemd.get(), there, Map.of())
                        .run(
                                "verify",
                                "--man=no",
                                "./assay-bootstrap.service",
                                "./assay-agent.service");

        assertThat(units.propertyNames()).hasSize(2);
        assertThat(verified).isEqualTo(new Ended(0, ""));
    }

    @Test
    void renderedShellVariantIsAShellScript() throws IOException, InterruptedException {
        JsonNode script = render().get("shell_script").get("value");
        Path file = Files.writeString(folder.resolve("install.sh"), script.asString());

        Ended parsed = new Program(Path.of("/bin/sh"), folder, Map.of()).run("-n", file.toString());

        assertThat(script.asString()).startsWith("#!/bin/sh\n");
        assertThat(parsed).isEqualTo(new Ended(0, ""));
    }

    /// The outputs of `node-bootstrap` for a program that every machine has.
    private JsonNode render() throws IOException, InterruptedException {
        Path there = folder.resolve("modules/" + NODE);
        Program module =
                new Program(
                        terraform,
                        there,
                        Map.of(
                                "verifier_url", "https://verifier.example.com:8443",
                                "trust_root", "{}",
                                "enrol_token_file", "/run/secrets/assay-enrol-token",
                                "agent_command", "/bin/true"));
        succeed(module, "init", "-backend=false", "-no-color");
        succeed(module, "apply", "-auto-approve", "-no-color");
        return JsonMapper.shared().readTree(succeed(module, "output", "-json"));
    }

    private Program in(String path) {
        return new Program(terraform, folder.resolve(path).normalize(), Map.of());
    }

    private static String succeed(Program where, String... arguments)
            throws IOException, InterruptedException {
        Ended ended = where.run(arguments);
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        return ended.output();
    }

    /// What a checkout holds: a developer's own `.terraform` and state stay behind.
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Path relative = from.relativize(path);
                if (relative.toString().matches("(.*/)?\\.terraform(/.*|\\..*)?|.*\\.tfstate.*")) {
                    continue;
                }
                if (Files.isDirectory(path)) {
                    Files.createDirectories(to.resolve(relative));
                } else {
                    Files.copy(path, to.resolve(relative));
                }
            }
        }
    }
}

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The modules pass their own tests under the real terraform, without a network, and what they
/// render is what systemd and the shell take.
final class TerraformModulesIT {
    private static final Pattern PASSED = Pattern.compile("Success! ([0-9]+) passed, 0 failed\\.");
    private static final String NODE = "node-bootstrap";
    private static final String BASELINE = "golden-baseline";

    @TempDir private Path folder = Path.of("");

    private Modules modules = Modules.NONE;

    @BeforeEach
    void copyTheModules() throws IOException {
        modules = Modules.copyTo(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {NODE, BASELINE})
    void moduleTestsPassWithTheBuiltInProviderAlone(String module)
            throws IOException, InterruptedException {
        Program there = modules.in("modules/" + module, Map.of());
        String initialised = there.succeed("init", "-backend=false", "-no-color");
        assertThat(initialised).doesNotContain("Installing", "Downloading");

        String tested = there.succeed("test", "-no-color");

        // A bare "Success!" would also be printed where no test was found.
        assertThat(tested).containsPattern(PASSED).doesNotContain("Success! 0 passed", "skip");
    }

    @Test
    void everyFileIsFormatted() throws IOException, InterruptedException {
        Program here = modules.in(".", Map.of());
        assertThat(here.succeed("fmt", "-check", "-recursive", "-no-color")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "baseline"})
    void exampleIsValid(String example) throws IOException, InterruptedException {
        Program there = modules.in("examples/" + example, Map.of());
        there.succeed("init", "-backend=false", "-no-color");
        assertThat(there.succeed("validate", "-no-color")).contains("The configuration is valid");
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
        return modules.outputs(
                NODE,
                Map.of(
                        "verifier_url", "https://verifier.example.com:8443",
                        "trust_root", "{}",
                        "enrol_token_file", "/run/secrets/assay-enrol-token",
                        "agent_command", "/bin/true"));
    }
}

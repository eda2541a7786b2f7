package dev.assay.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The project's terraform folder as a checkout holds it, and the terraform of this machine.
record Modules(Path terraform, Path folder) {
    /// Before a test has copied them.
    static final Modules NONE = new Modules(Path.of(""), Path.of(""));

    /// Skips the test where this machine has no terraform.
    static Modules copyTo(Path folder) throws IOException {
        Optional<Path> found = Program.find("terraform");
        assumeTrue(found.isPresent(), "terraform is not installed (no such program on PATH)");
        String root = System.getProperty("assay.root");
        assertThat(root).as("assay.root, which the build sets").isNotNull();
        copy(Path.of(root, "terraform"), folder);
        return new Modules(found.get(), folder);
    }

    /// Terraform in one of the folders, with values for its variables.
    Program in(String path, Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>();
        variables.forEach((name, value) -> environment.put("TF_VAR_" + name, value));
        return new Program(terraform, folder.resolve(path).normalize(), environment);
    }

    /// What a module without programs of its own gives for these values.
    JsonNode outputs(String module, Map<String, String> variables)
            throws IOException, InterruptedException {
        Program there = in("modules/" + module, variables);
        there.succeed("init", "-backend=false", "-no-color");
        there.succeed("apply", "-auto-approve", "-no-color");
        return JsonMapper.shared().readTree(there.succeed("output", "-json"));
    }

    /// A developer's own `.terraform` and state stay behind.
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

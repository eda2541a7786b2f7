package dev.assay.bench;

import dev.assay.rig.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The agent as whole processes: as people install it where that was built, else its jar.
///
/// @param installed whether it is what people install
record AgentProgram(Path file, boolean installed) {
    private static final String JAR = Programs.AGENT_JAR;

    /// The folder that people install, whether or not it was built.
    private static final String DIST = "assay.agent.dist";

    private static final int HELP_SECONDS = 30;

    static AgentProgram ofSystemProperties() {
        String dist = System.getProperty(DIST);
        String jar = System.getProperty(JAR);
        if (jar == null) {
            throw new IllegalStateException("start this by ./assay: " + JAR + " is not set");
        }
        Optional<Path> launcher =
                Optional.ofNullable(dist)
                        .map(folder -> Path.of(folder, "bin", "attest-agent"))
                        .filter(Files::isExecutable);
        return new AgentProgram(launcher.orElse(Path.of(jar)), launcher.isPresent());
    }

    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(Programs.starter(file));
        command.addAll(List.of(arguments));
        return command;
    }

    /// The installed folder, where there is one.
    Optional<Path> folder() {
        return installed
                ? Optional.ofNullable(file.toAbsolutePath().getParent()).map(Path::getParent)
                : Optional.empty();
    }

    /// Whether one of its commands has an option, by what it says of itself.
    boolean has(String command, String option) throws IOException, InterruptedException {
        Process help =
                new ProcessBuilder(command(command, "--help")).redirectErrorStream(true).start();
        String text;
        try (var out = help.inputReader()) {
            text = out.readAllAsString();
        }
        if (!help.waitFor(HELP_SECONDS, TimeUnit.SECONDS)) {
            help.destroyForcibly();
            throw new IOException(command + " --help does not end");
        }
        return text.lines().anyMatch(line -> List.of(line.split("[ =,]+", -1)).contains(option));
    }
}

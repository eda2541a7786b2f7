package dev.assay.bench;

import dev.assay.rig.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The agent as whole processes: as people install it where that was built, else its jar.
///
/// @param installed whether it is what people install
record AgentProgram(Path file, boolean installed) {
    private static final int HELP_SECONDS = 30;

    static AgentProgram ofSystemProperties() {
        Optional<Path> installed = Programs.installedAgent();
        return new AgentProgram(installed.orElseGet(Programs::agentJar), installed.isPresent());
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

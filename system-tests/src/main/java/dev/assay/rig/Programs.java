package dev.assay.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The agent and the verifier as their users start them: a jar under this very Java, or an
/// installed program.
public record Programs(Path agent, Path verifier) {
    public static final String AGENT_JAR = "assay.agent.jar";
    public static final String VERIFIER_JAR = "assay.verifier.jar";

    /// The folder that people install, whether or not it was built.
    private static final String AGENT_DIST = "assay.agent.dist";

    /// From the system properties that the launcher and the build set: the agent as people install
    /// it where that was built, else its jar.
    public static Programs ofSystemProperties() {
        return new Programs(installedAgent().orElseGet(Programs::agentJar), verifierJar());
    }

    public static Path agentJar() {
        return required(AGENT_JAR);
    }

    public static Path verifierJar() {
        return required(VERIFIER_JAR);
    }

    /// The launcher of the folder that people install, where it was made from the jar that is
    /// there: an older one would be yesterday's agent.
    public static Optional<Path> installedAgent() {
        return Optional.ofNullable(System.getProperty(AGENT_DIST))
                .filter(folder -> isMadeFromJar(Path.of(folder + ".made")))
                .map(folder -> Path.of(folder, "bin", "attest-agent"))
                .filter(Files::isExecutable);
    }

    private static boolean isMadeFromJar(Path made) {
        try {
            return Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(agentJar()))
                    >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalStateException("start this by ./assay: " + property + " is not set");
        }
        return Path.of(value);
    }

    public Process startAgent(List<String> arguments, Path log) throws IOException {
        return start(agent, arguments, log);
    }

    public Process startVerifier(List<String> arguments, Path log) throws IOException {
        return start(verifier, arguments, log);
    }

    /// Runs to the end.
    ///
    /// @throws IOException where it does not exit with 0 in time; the log says more
    public void runAgent(List<String> arguments, Path log, Duration deadline)
            throws IOException, InterruptedException {
        require(startAgent(arguments, log), arguments, log, deadline);
    }

    public void runVerifier(List<String> arguments, Path log, Duration deadline)
            throws IOException, InterruptedException {
        require(startVerifier(arguments, log), arguments, log, deadline);
    }

    private static Process start(Path program, List<String> arguments, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(starter(program));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS"));
        return builder.start();
    }

    /// What a command line begins with.
    public static List<String> starter(Path program) {
        if (!program.toString().endsWith(".jar")) {
            return List.of(program.toString());
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                program.toString());
    }

    private static void require(
            Process process, List<String> arguments, Path log, Duration deadline)
            throws IOException, InterruptedException {
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            stop(process);
            throw new IOException(arguments.getFirst() + " did not end in time, see " + log);
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    String.join(" ", arguments.subList(0, Math.min(2, arguments.size())))
                            + " ended with "
                            + process.exitValue()
                            + ", see "
                            + log);
        }
    }

    /// Ends the process at once, as a power cut would, and waits until it is gone.
    public static void stop(Process process) {
        process.destroyForcibly().onExit().join();
    }
}

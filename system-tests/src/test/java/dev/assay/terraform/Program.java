package dev.assay.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A program of this machine, run to its end in a folder with a deadline.
///
/// Terraform runs with neither the user's settings nor their variables, and asks nobody for a newer
/// version of itself: a `TF_VAR_root` that is set by chance would change what the tests test. The
/// programs of Assay that it starts run without the options that the tests' own Java was given.
record Program(Path file, Path folder, Map<String, String> environment, Duration deadline) {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    Program(Path file, Path folder, Map<String, String> environment) {
        this(file, folder, environment, DEADLINE);
    }

    Program with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new Program(file, folder, all, deadline);
    }

    Program within(Duration newDeadline) {
        return new Program(file, folder, environment, newDeadline);
    }

    /// What a program printed, standard output and error in one.
    record Ended(int exitCode, String output) {}

    /// On `PATH`.
    static Optional<Path> find(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(file.toString()));
        command.addAll(List.of(arguments));
        Path printed = Files.createTempFile(folder, "printed", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectOutput(printed.toFile());
        Map<String, String> given = builder.environment();
        given.keySet().removeIf(name -> name.startsWith("TF_") || name.endsWith("JAVA_OPTIONS"));
        given.put("TF_CLI_CONFIG_FILE", "/dev/null");
        given.put("CHECKPOINT_DISABLE", "1");
        given.putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        String.join(" ", command) + " did not end: " + Files.readString(printed));
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String output = Files.readString(printed);
        Files.delete(printed);
        return new Ended(process.exitValue(), output);
    }

    /// What it printed, where it ended with 0.
    String succeed(String... arguments) throws IOException, InterruptedException {
        Ended ended = run(arguments);
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        return ended.output();
    }
}

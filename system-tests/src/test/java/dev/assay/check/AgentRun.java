package dev.assay.check;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.rig.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// One run of a program's jar: its exit code and what it printed on either side.
record AgentRun(int exit, String out, String err) {
    private static final long DEADLINE_SECONDS = 180;
    private static final Map<Path, Path> ARCHIVES = new HashMap<>();
    private static final int MAX_JSON_BYTES = 16 << 20;

    static AgentRun agent(List<String> arguments) throws IOException, InterruptedException {
        return run(List.of(), Programs.agentJar(), arguments);
    }

    static AgentRun verifier(List<String> arguments) throws IOException, InterruptedException {
        return run(List.of(), Programs.verifierJar(), arguments);
    }

    /// @param prefix the command that runs the command, as setpriv(1) does
    static AgentRun run(List<String> prefix, Path jar, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        if (prefix.isEmpty()) {
            command.addAll(sharedClasses(jar));
        }
        command.add("-jar");
        command.add(jar.toString());
        command.addAll(arguments);
        Path out = Files.createTempFile("assay-out", ".txt");
        Path err = Files.createTempFile("assay-err", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS"));
            Process process = builder.start();
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().onExit().join();
                throw new IOException(arguments.getFirst() + " did not end in time");
            }
            return new AgentRun(process.exitValue(), text(out), text(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /// The first run leaves the classes that it loaded to the others: most of a short run is
    /// loading them. Silent, because the JVM would say on the standard output what it thinks of the
    /// archive.
    private static List<String> sharedClasses(Path jar) throws IOException {
        synchronized (ARCHIVES) {
            Path archive = ARCHIVES.get(jar);
            if (archive == null) {
                Path folder = Files.createTempDirectory("assay-classes");
                archive = folder.resolve("classes.jsa");
                ARCHIVES.put(jar, archive);
                folder.toFile().deleteOnExit();
                archive.toFile().deleteOnExit();
            }
            return List.of(
                    "-Xlog:disable",
                    "-XX:+AutoCreateSharedArchive",
                    "-XX:SharedArchiveFile=" + archive);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    JsonNode json() throws MalformedInputException {
        return Json.parseTree(Bytes.utf8(out), MAX_JSON_BYTES);
    }

    /// Each drift of `check --json`: its path, and the change with the attributes that differ.
    SortedMap<String, String> drifts() throws MalformedInputException {
        SortedMap<String, String> drifts = new TreeMap<>();
        for (JsonNode drift : json().get("drifts")) {
            List<String> names = new ArrayList<>();
            drift.get("attributes").forEach(change -> names.add(change.get("name").asString()));
            String change = drift.get("change").asString();
            drifts.put(
                    drift.get("path").asString(),
                    names.isEmpty() ? change : change + " " + String.join(",", names));
        }
        return drifts;
    }

    /// What `check` printed for people between its first line and the coverage.
    List<String> driftLines() {
        return out.lines().filter(line -> line.startsWith("  ")).toList();
    }
}

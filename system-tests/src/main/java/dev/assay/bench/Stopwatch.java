package dev.assay.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Runs programs one at a time, each within a bound, and tells what each cost.
final class Stopwatch implements AutoCloseable {
    /// Waits for a word, so that its own start does not count.
    private static final String STARTER =
            "out=$1 err=$2; shift 2; read -r go; \"$@\" </dev/null >\"$out\" 2>\"$err\" & echo $!";

    private final Duration bound;
    private volatile long running;

    /// @param bound a run that takes longer is ended and told by its signal
    Stopwatch(Duration bound) throws IOException {
        this.bound = bound;
        Reaper.adopt();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /// @param out where its output goes, `err` where it complains
    Run run(List<String> command, Path out, Path err) throws IOException, InterruptedException {
        List<String> starter = new ArrayList<>(List.of("sh", "-c", STARTER, "sh"));
        starter.add(out.toString());
        starter.add(err.toString());
        starter.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(starter);
        builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS"));
        Process shell = builder.start();
        long begun = System.nanoTime();
        try (var in = shell.outputWriter(StandardCharsets.UTF_8)) {
            in.write("go\n");
        }
        long pid = startedBy(shell);
        running = pid;
        shell.waitFor();
        Thread watchdog = Thread.ofVirtual().start(() -> endLate(pid));
        try {
            Reaper.Cost cost = Reaper.await(pid);
            double wall = (System.nanoTime() - begun) / 1e9;
            return new Run(wall, cost.cpuSeconds(), cost.peakBytes(), cost.exit());
        } finally {
            running = 0;
            watchdog.interrupt();
            watchdog.join();
        }
    }

    private static long startedBy(Process shell) throws IOException {
        try (BufferedReader lines = shell.inputReader(StandardCharsets.UTF_8)) {
            String pid = lines.readLine();
            if (pid == null) {
                throw new IOException("a shell started nothing");
            }
            return Long.parseLong(pid.strip());
        }
    }

    private void endLate(long pid) {
        try {
            Thread.sleep(bound);
            end(pid);
        } catch (InterruptedException inTime) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(long pid) {
        ProcessHandle.of(pid)
                .ifPresent(
                        process -> {
                            List<ProcessHandle> below = process.descendants().toList();
                            process.destroyForcibly();
                            below.forEach(ProcessHandle::destroyForcibly);
                        });
    }

    /// Ends what still runs.
    @Override
    public void close() {
        long pid = running;
        if (pid != 0) {
            end(pid);
        }
    }
}

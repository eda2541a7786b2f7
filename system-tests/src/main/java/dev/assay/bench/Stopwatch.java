package dev.assay.bench;

import dev.assay.rig.Folders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Runs programs one at a time, each within a bound, and tells what each cost.
final class Stopwatch implements AutoCloseable {
    /// The outer shell is gone before the program is let go: one that lived longer could learn of
    /// its end first. What it starts waits at the gate, so that no start of a shell counts.
    private static final String STARTER =
            """
            sh -c 'gate=$1 out=$2 err=$3; shift 3
                   read -r go <"$gate"
                   exec "$@" </dev/null >"$out" 2>"$err"' sh "$@" &
            echo $!
            """;

    private final Duration bound;
    private final Path folder;
    private final Path gate;
    private volatile long running;

    /// @param bound a run that takes longer is ended and told by its signal
    Stopwatch(Duration bound) throws IOException, InterruptedException {
        this.bound = bound;
        folder = Files.createTempDirectory("assay-bench-gate");
        gate = folder.resolve("gate");
        if (new ProcessBuilder("mkfifo", gate.toString()).start().waitFor() != 0) {
            throw new IOException("mkfifo failed");
        }
        Reaper.adopt();
        Runtime.getRuntime().addShutdownHook(new Thread(this::endRunning));
    }

    /// @param out where its output goes, `err` where it complains
    Run run(List<String> command, Path out, Path err) throws IOException, InterruptedException {
        List<String> starter = new ArrayList<>(List.of("sh", "-c", STARTER, "sh"));
        Stream.of(gate, out, err).map(Path::toString).forEach(starter::add);
        starter.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(starter);
        builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS"));
        Process shell = builder.start();
        long pid = startedBy(shell);
        running = pid;
        shell.waitFor();
        Thread watchdog = Thread.ofVirtual().start(() -> endLate(pid));
        try (OutputStream open = Files.newOutputStream(gate, StandardOpenOption.WRITE)) {
            long begun = System.nanoTime();
            open.write('\n');
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

    private void endRunning() {
        long pid = running;
        if (pid != 0) {
            end(pid);
        }
    }

    /// Ends what still runs.
    @Override
    public void close() throws IOException {
        endRunning();
        Folders.delete(folder);
    }
}

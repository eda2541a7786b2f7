package dev.assay.verifier.executor;

import dev.assay.evidence.BootId;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.reset.Executor;
import dev.assay.verifier.reset.ResetTask;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Runs a command of the site, such as a cloud's tool or `ipmitool`: the site's own words, no shell
/// between. The host is in the environment (`ASSAY_HOST`, `ASSAY_RESET_ID`, `ASSAY_BOOT`,
/// `ASSAY_PLATFORM_ID`, `ASSAY_REMEDY`, `ASSAY_REASON`), and the whole task is a JSON document on
/// standard input.
///
/// The last line of standard output may be a {@link StructuredResult}; else the exit status speaks.
public final class CommandExecutor implements Executor {
    private static final String VARIABLES = "ASSAY_";
    private static final long POLL_MILLIS = 20;
    private static final long GRACE_MILLIS = 2_000;

    /// At one look, so that a command that never ends to speak cannot hold the deadline off.
    private static final int MAX_BYTES_AT_ONCE = 1 << 20;

    private final String name;
    private final List<String> argv;
    private final Duration timeout;
    private final InstantSource clock;

    private CommandExecutor(String name, List<String> argv, Duration timeout, InstantSource clock) {
        this.name = name;
        this.argv = List.copyOf(argv);
        this.timeout = timeout;
        this.clock = clock;
    }

    /// @throws IOException where the program is not there, or is not safe to run
    public static CommandExecutor of(
            String name, List<String> argv, Duration timeout, InstantSource clock)
            throws IOException {
        GuardedFile.requireProgram(Path.of(argv.getFirst()));
        return new CommandExecutor(name, argv, timeout, clock);
    }

    @Override
    public Outcome reset(ResetTask task) throws InterruptedException {
        Instant begun = clock.instant();
        ProcessBuilder builder = new ProcessBuilder(argv);
        Process process;
        try {
            describe(task, builder.environment());
            process = builder.start();
        } catch (IOException e) {
            return new Outcome.Failed(
                    Line.of(argv.getFirst() + " cannot be started: " + e.getMessage()), "");
        } catch (IllegalArgumentException e) {
            return new Outcome.Failed("the task has characters that no environment can hold", "");
        }
        Thread.ofVirtual().start(() -> tell(task, process));
        return await(process, begun, Limits.shorter(timeout, task.timeout()));
    }

    private static void describe(ResetTask task, Map<String, String> environment) {
        // The verifier's own are not the command's business: a token may be among them.
        environment.keySet().removeIf(variable -> variable.startsWith(VARIABLES));
        BootId boot = task.boot();
        environment.put("ASSAY_HOST", task.host());
        environment.put("ASSAY_RESET_ID", task.resetId());
        environment.put("ASSAY_BOOT", boot == null ? "" : boot.value());
        environment.put("ASSAY_PLATFORM_ID", Objects.requireNonNullElse(task.platformId(), ""));
        environment.put("ASSAY_REMEDY", task.remedy().wire());
        environment.put("ASSAY_REASON", task.reason());
    }

    private void tell(ResetTask task, Process process) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(TaskDocument.line(name, task).toArray());
        } catch (IOException e) {
            // Whoever needs no document does not read it.
            return;
        }
    }

    private Outcome await(Process process, Instant begun, Duration limit)
            throws InterruptedException {
        KeptOutput out = new KeptOutput();
        KeptOutput err = new KeptOutput();
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            boolean ended = false;
            while (!ended && System.nanoTime() < deadline) {
                ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
                take(process.getInputStream(), out);
                take(process.getErrorStream(), err);
            }
            if (!ended) {
                killTree(process);
                process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
                take(process.getInputStream(), out);
                take(process.getErrorStream(), err);
                return new Outcome.Failed(
                        "the command did not end within " + limit.toMillis() + " ms",
                        text(out, err));
            }
        } catch (InterruptedException e) {
            killTree(process);
            throw e;
        }
        int status = process.exitValue();
        return status == 0
                ? StructuredResult.outcome(
                        name, out.lastLine(), text(out, err), begun, clock.instant())
                : new Outcome.Failed("the command ended with status " + status, text(out, err));
    }

    /// Takes what is there and waits for nothing: whatever the command left running may hold its
    /// output open for ever.
    private static void take(InputStream in, KeptOutput kept) {
        byte[] buffer = new byte[8192];
        try {
            for (int taken = 0; taken < MAX_BYTES_AT_ONCE && in.available() > 0; ) {
                int read = in.read(buffer, 0, Math.min(buffer.length, in.available()));
                kept.add(buffer, Math.max(0, read));
                taken += Math.max(1, read);
            }
        } catch (IOException e) {
            // Closed, with the process: what was taken so far is what there is.
            return;
        }
    }

    /// The children first: those of a parent that is gone are nobody's, and run on.
    private static void killTree(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String text(KeptOutput out, KeptOutput err) {
        return KeptOutput.text(out, err, Reset.MAX_OUTPUT_CHARS);
    }
}

package dev.assay.verifier.reset;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.evidence.BootId;
import dev.assay.verifier.fleet.Reset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Runs the group's command: its own words, no shell between, the host in the environment
/// (`ASSAY_HOST`, `ASSAY_RESET_ID`, `ASSAY_BOOT`, `ASSAY_PLATFORM_ID`). A host's name never becomes
/// a part of a command line.
public final class CommandExecutor implements Executor {
    private static final long GRACE_MILLIS = 2_000;

    private final List<String> argv;

    public CommandExecutor(List<String> argv) {
        this.argv = List.copyOf(argv);
    }

    @Override
    public Outcome reset(ResetTask task) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        BootId boot = task.boot();
        environment.put("ASSAY_HOST", task.host());
        environment.put("ASSAY_RESET_ID", task.resetId());
        environment.put("ASSAY_BOOT", boot == null ? "" : boot.value());
        environment.put("ASSAY_PLATFORM_ID", Objects.requireNonNullElse(task.platformId(), ""));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return await(process, task.timeout().toMillis());
        } catch (IOException e) {
            return new Outcome.Failed(
                    "the command " + argv.getFirst() + " cannot be started", "");
        }
    }

    private static Outcome await(Process process, long timeoutMillis) throws InterruptedException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        Thread reader = Thread.ofVirtual().start(() -> drain(process.getInputStream(), kept));
        try {
            boolean ended = process.waitFor(timeoutMillis, TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            reader.join(GRACE_MILLIS);
            if (!ended) {
                return new Outcome.Failed(
                        "the command did not end within " + timeoutMillis + " ms", text(kept));
            }
            int status = process.exitValue();
            return status == 0
                    ? new Outcome.Done(text(kept), null)
                    : new Outcome.Failed("the command ended with status " + status, text(kept));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /// Reads to the end, so that a command that says much does not stand still; keeps the
    /// beginning.
    private static void drain(InputStream in, ByteArrayOutputStream kept) {
        byte[] buffer = new byte[4096];
        try (in) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                synchronized (kept) {
                    int room = Reset.MAX_OUTPUT_CHARS - kept.size();
                    kept.write(buffer, 0, Math.min(read, Math.max(0, room)));
                }
            }
        } catch (IOException e) {
            // The process was ended: what was read so far is what there is.
            return;
        }
    }

    private static String text(ByteArrayOutputStream kept) {
        synchronized (kept) {
            String text = EscapedText.of(Bytes.copyOf(kept.toByteArray()));
            return text.substring(0, Math.min(text.length(), Reset.MAX_OUTPUT_CHARS));
        }
    }
}

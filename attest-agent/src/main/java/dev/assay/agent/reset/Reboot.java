package dev.assay.agent.reset;

import dev.assay.agent.log.EventLog;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The reset of a systemd host: an orderly reboot, then a forced one, then the kernel's own, each
/// when the one before did not end this process in time. A host whose shutdown an intruder made
/// hang still goes down.
///
/// The orderly one starts `reboot.target` itself, which is what `systemctl reboot` comes down to
/// (systemctl(1), "reboot") without its kexec and soft-reboot: before systemd 254 no variable
/// switches them off.
public final class Reboot implements ResetAction {
    private static final EventLog LOG = EventLog.of(Reboot.class);

    /// A step and how long it has before the next one follows.
    record Step(ResetCommand command, Duration deadline) {}

    private final List<Step> steps;
    private final Path sysrq;

    Reboot(List<Step> steps, Path sysrq) {
        this.steps = List.copyOf(steps);
        this.sysrq = sysrq;
    }

    /// @param orderly how long the orderly shutdown may take
    /// @throws NoSuchFileException where the host has no `systemctl`
    public static Reboot bySystemd(String searchPath, Duration orderly) throws NoSuchFileException {
        return new Reboot(
                List.of(
                        new Step(
                                systemctl(
                                        searchPath,
                                        "start",
                                        "--no-block",
                                        "--job-mode=replace-irreversibly",
                                        "reboot.target"),
                                orderly),
                        new Step(
                                systemctl(searchPath, "reboot", "--force", "--force"),
                                Duration.ofSeconds(20))),
                Path.of("/proc/sysrq-trigger"));
    }

    private static ResetCommand systemctl(String searchPath, String... arguments)
            throws NoSuchFileException {
        List<String> argv = new ArrayList<>(List.of("systemctl"));
        argv.addAll(List.of(arguments));
        return ResetCommand.find(argv, searchPath);
    }

    @Override
    public void reset(ResetOrder order, Envelope signed) throws IOException, InterruptedException {
        for (Step step : steps) {
            long started = System.nanoTime();
            try {
                LOG.info("reset-step", "command", step.command());
                step.command().run(order, step.deadline());
            } catch (IOException e) {
                LOG.error("reset-step-failed", "command", step.command(), "reason", e);
                continue;
            }
            waitUntil(started + step.deadline().toNanos());
        }
        LOG.error("reset-by-the-kernel", "trigger", sysrq);
        trigger("s");
        TimeUnit.SECONDS.sleep(1);
        trigger("b");
    }

    /// A step that worked ends this process before its deadline.
    private static void waitUntil(long nanoTime) throws InterruptedException {
        long left = nanoTime - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    /// Linux, admin-guide/sysrq: `s` syncs, `b` reboots at once.
    private void trigger(String key) throws IOException {
        Files.writeString(
                sysrq,
                key,
                StandardCharsets.US_ASCII,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    @Override
    public String toString() {
        return "systemd";
    }
}

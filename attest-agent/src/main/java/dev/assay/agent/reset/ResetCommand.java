package dev.assay.agent.reset;

import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/// A program and its arguments, never a shell's line. The program is found when this is made: a
/// reset command that does not exist must show at the start, not when the host is to be reset.
public final class ResetCommand implements ResetAction {
    /// `systemctl reboot` boots a kernel that somebody loaded with kexec, and only restarts the
    /// user space where somebody mounted `/run/nextroot`: both leave an intruder's kernel in place
    /// (systemctl(1), "reboot").
    private static final Map<String, String> WHOLE_REBOOTS_ONLY =
            Map.of("SYSTEMCTL_SKIP_AUTO_KEXEC", "1", "SYSTEMCTL_SKIP_AUTO_SOFT_REBOOT", "1");

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final List<String> argv;

    private ResetCommand(List<String> argv) {
        this.argv = List.copyOf(argv);
    }

    /// @param searchPath where a name without a slash is looked for, as `$PATH`
    /// @throws NoSuchFileException where there is no such program
    public static ResetCommand find(List<String> argv, String searchPath)
            throws NoSuchFileException {
        return find("reset command", argv, searchPath);
    }

    /// @param what it is, for a message
    static ResetCommand find(String what, List<String> argv, String searchPath)
            throws NoSuchFileException {
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw new NoSuchFileException("", null, "the " + what + " is empty");
        }
        List<String> found = new ArrayList<>(argv);
        found.set(0, program(what, argv.getFirst(), searchPath).toString());
        return new ResetCommand(found);
    }

    private static Path program(String what, String name, String searchPath)
            throws NoSuchFileException {
        if (name.indexOf('/') >= 0) {
            Path program = Path.of(name).toAbsolutePath();
            if (isProgram(program)) {
                return program;
            }
        } else {
            for (String folder : searchPath.split(File.pathSeparator, -1)) {
                Path program = Path.of(folder).resolve(name);
                if (program.isAbsolute() && isProgram(program)) {
                    return program;
                }
            }
        }
        throw new NoSuchFileException(
                name, null, "the " + what + " " + name + " is no program on this host");
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    @Override
    public void reset(ResetOrder order, Envelope signed) throws IOException, InterruptedException {
        OptionalInt exit = run(order, LONGEST);
        if (exit.isEmpty()) {
            throw new IOException(argv.getFirst() + " did not end");
        }
        if (exit.getAsInt() != 0) {
            throw new IOException(argv.getFirst() + " ended with " + exit.getAsInt());
        }
    }

    /// Its exit code, or empty where it still ran at the deadline; then it is left running, because
    /// a reset that is under way must not be stopped halfway.
    OptionalInt run(ResetOrder order, Duration deadline) throws IOException, InterruptedException {
        Process process = start(order);
        return process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    Process start(ResetOrder order) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(argv)
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(WHOLE_REBOOTS_ONLY);
        builder.environment()
                .putAll(
                        Map.of(
                                "ASSAY_HOST", order.host(),
                                "ASSAY_RESET_ID", order.id(),
                                "ASSAY_BOOT", order.boot().value()));
        return builder.start();
    }

    @Override
    public String toString() {
        return String.join(" ", argv);
    }
}

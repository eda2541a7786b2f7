package dev.assay.agent.reset;

import dev.assay.evidence.ResetOrder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A site's own program that runs before the reset, as one that takes a snapshot of the disk. It is
/// ended when its time is over: on a host that waits for somebody else to reboot it, it would run
/// for ever.
public final class PreResetHook implements Deed {
    public static final Duration LIMIT = Duration.ofSeconds(30);

    /// To start the program and to end it.
    private static final Duration AROUND = Duration.ofSeconds(1);

    private final ResetCommand command;
    private final Duration limit;

    private PreResetHook(ResetCommand command, Duration limit) {
        this.command = command;
        this.limit = limit;
    }

    /// @param searchPath where a name without a slash is looked for, as `$PATH`
    /// @throws NoSuchFileException where there is no such program
    public static PreResetHook find(List<String> argv, String searchPath)
            throws NoSuchFileException {
        return find(argv, searchPath, LIMIT);
    }

    static PreResetHook find(List<String> argv, String searchPath, Duration limit)
            throws NoSuchFileException {
        return new PreResetHook(ResetCommand.find("pre-reset hook", argv, searchPath), limit);
    }

    @Override
    public String name() {
        return "pre-reset-hook";
    }

    @Override
    public Duration limit() {
        return limit.plus(AROUND);
    }

    @Override
    public void carryOut(ResetOrder order) throws IOException, InterruptedException {
        Process process = command.start(order);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command + " did not end in " + limit.toSeconds() + " s");
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException(command + " ended with " + process.exitValue());
        }
    }
}

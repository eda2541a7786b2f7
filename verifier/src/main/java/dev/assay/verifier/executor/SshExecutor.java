package dev.assay.verifier.executor;

import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.reset.Executor;
import dev.assay.verifier.reset.ResetTask;
import dev.assay.verifier.ssh.CommandEnd;
import dev.assay.verifier.ssh.SshKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Resets a host over SSH. The verifier always asks for the one command {@link #COMMAND}, which the
/// host's `authorized_keys` replaces by what resets it (`restrict,command="…"`); the task is a JSON
/// document on standard input. Nothing that a host named comes near a shell.
///
/// The last line of standard output may be a {@link StructuredResult}. A command that resets the
/// machine before it has answered leaves nobody the wiser: it answers first, and restarts a moment
/// later (`systemd-run --on-active=2 systemctl reboot`).
public final class SshExecutor implements Executor {
    /// Where the key is not bound to a command, a shell looks for this one and finds none: the
    /// document would otherwise be its input.
    static final String COMMAND = "assay-reset";

    private final String name;
    private final SshAccess access;
    private final Duration timeout;
    private final InstantSource clock;

    private SshExecutor(String name, SshAccess access, Duration timeout, InstantSource clock) {
        this.name = name;
        this.access = access;
        this.timeout = timeout;
        this.clock = clock;
    }

    /// @throws IOException where a file is not there, or is open to others
    /// @throws MalformedInputException where a file is not what it should be
    public static SshExecutor of(
            String name, SshAccess access, Duration timeout, InstantSource clock)
            throws IOException, MalformedInputException {
        key(access);
        KnownHosts.read(access.knownHosts());
        return new SshExecutor(name, access, timeout, clock);
    }

    private static SshKey key(SshAccess access) throws IOException, MalformedInputException {
        return SshKey.parse(
                access.keyFile(), GuardedFile.readSecret(access.keyFile(), SshKey.MAX_BYTES));
    }

    @Override
    public Outcome reset(ResetTask task) throws InterruptedException {
        String address = access.address().of(task);
        if (address == null) {
            return failed("there is no address to be had of " + access.address());
        }
        // Read every time: hosts come, and keys are replaced, while the verifier runs.
        KnownHosts hosts;
        SshKey key;
        try {
            hosts = KnownHosts.read(access.knownHosts());
            key = key(access);
        } catch (IOException | MalformedInputException e) {
            return failed(e.getMessage());
        }
        if (hosts.typesOf(task.host()).isEmpty()) {
            return failed(access.knownHosts() + " has no ed25519 or RSA key of " + task.host());
        }
        Duration limit = Limits.shorter(timeout, task.timeout());
        SshAttempt attempt = new SshAttempt(access, task.host(), hosts.of(task.host()), key, limit);
        return run(attempt, address, task, limit);
    }

    private Outcome run(SshAttempt attempt, String address, ResetTask task, Duration limit)
            throws InterruptedException {
        Instant begun = clock.instant();
        var ended = new FutureTask<>(() -> attempt.run(address, TaskDocument.line(name, task)));
        Thread.ofVirtual().name("ssh-" + name).start(ended);
        try {
            CommandEnd end = ended.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return outcome(end, attempt, begun);
        } catch (TimeoutException e) {
            return new Outcome.Failed(
                    Line.of(
                            attempt.step()
                                    + " "
                                    + address
                                    + " did not end within "
                                    + limit.toMillis()
                                    + " ms"),
                    text(attempt));
        } catch (ExecutionException e) {
            return new Outcome.Failed(Line.of(attempt.reason(e.getCause())), text(attempt));
        } finally {
            // A thread that waits for the other side notices this, and nothing else.
            attempt.cut();
        }
    }

    private Outcome outcome(CommandEnd end, SshAttempt attempt, Instant begun) {
        return switch (end) {
            case CommandEnd.Status(int status) when status == 0 -> result(attempt, begun);
            case CommandEnd.Status(int status) ->
                    new Outcome.Failed("the command ended with status " + status, text(attempt));
            case CommandEnd.Signal(String signal) ->
                    new Outcome.Failed(
                            Line.of("the command was ended by signal " + signal), text(attempt));
            case CommandEnd.Unknown() ->
                    new Outcome.Failed(
                            "the connection ended before the command said how it went",
                            text(attempt));
        };
    }

    private Outcome result(SshAttempt attempt, Instant begun) {
        Outcome outcome =
                StructuredResult.outcome(
                        name, attempt.out().lastLine(), text(attempt), begun, clock.instant());
        // A host that an intruder holds says whatever he likes.
        return outcome instanceof Outcome.Done done && !access.receipts()
                ? new Outcome.Done(done.output(), null)
                : outcome;
    }

    private static Outcome failed(@Nullable String why) {
        return new Outcome.Failed(Line.of(why), "");
    }

    private static String text(SshAttempt attempt) {
        return KeptOutput.text(attempt.out(), attempt.err(), Reset.MAX_OUTPUT_CHARS);
    }
}

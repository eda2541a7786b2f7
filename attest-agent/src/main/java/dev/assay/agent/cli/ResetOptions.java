package dev.assay.agent.cli;

import dev.assay.agent.daemon.ResetPlan;
import dev.assay.agent.exhibit.ExhibitCollector;
import dev.assay.agent.exhibit.ExhibitPatterns;
import dev.assay.agent.reset.PreResetHook;
import dev.assay.agent.reset.Reboot;
import dev.assay.agent.reset.ResetAction;
import dev.assay.agent.reset.ResetCommand;
import dev.assay.agent.reset.ResetHandover;
import dev.assay.agent.reset.ResetSentinel;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// What this host does when it is ordered to reset itself. All of it is looked at when the agent
/// starts: what is missing must not show when the host is to be reset.
final class ResetOptions {
    static final Duration ORDERLY = Duration.ofSeconds(90);

    @Option(
            names = "--reset-command",
            arity = "1..*",
            paramLabel = "ARG",
            description =
                    "the program that resets this host, and its arguments; one that begins with a"
                            + " dash as --reset-command=ARG (default: systemctl, without kexec and"
                            + " soft-reboot, falling to a forced reboot)")
    private List<String> resetCommand = List.of();

    @Option(
            names = "--reset-sentinel",
            paramLabel = "FILE",
            description =
                    "instead of resetting this host, create FILE for somebody who watches for it,"
                            + " as kured does for /run/reboot-required")
    private @Nullable Path sentinel;

    @Option(
            names = "--reset-handover",
            paramLabel = "DIR",
            description =
                    "instead of resetting this host, leave the signed order in DIR for"
                            + " `attest-agent reset-order`, which runs as root")
    private @Nullable Path handover;

    @Option(
            names = "--pre-reset-hook",
            arity = "1..*",
            paramLabel = "ARG",
            description =
                    "a program that runs before the reset, for 30 s at most, and its arguments;"
                            + " the reset comes whatever becomes of it")
    private List<String> hook = List.of();

    @Option(
            names = "--exhibit-path",
            paramLabel = "PATTERN",
            description =
                    "drifted files that may be handed in before a reset, where the host's group"
                            + " wants that; may be given again (default: /usr/**, /etc/systemd/**,"
                            + " /etc/cron*/**, /opt/**); what looks like a key or a secret never is")
    private List<String> exhibitPaths = List.of();

    ResetPlan plan(AttestedHostOptions host, CommandLine command) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
        return new ResetPlan(
                new ExhibitCollector(host.root(), host.kernelFrom(), patterns(command)),
                hook(path, command),
                action(path, command));
    }

    private ExhibitPatterns patterns(CommandLine command) {
        try {
            return ExhibitPatterns.of(exhibitPaths);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, "--exhibit-path: " + e.getMessage(), e);
        }
    }

    private @Nullable PreResetHook hook(String path, CommandLine command) {
        try {
            return hook.isEmpty() ? null : PreResetHook.find(hook, path);
        } catch (NoSuchFileException e) {
            throw new ParameterException(command, e.getReason(), e);
        }
    }

    private ResetAction action(String path, CommandLine command) {
        int given = resetCommand.isEmpty() ? 0 : 1;
        given += sentinel == null ? 0 : 1;
        given += handover == null ? 0 : 1;
        if (given > 1) {
            throw new ParameterException(
                    command,
                    "give one of --reset-command, --reset-sentinel and --reset-handover, not more");
        }
        try {
            if (sentinel != null) {
                return ResetSentinel.at(sentinel);
            }
            if (handover != null) {
                return ResetHandover.to(handover);
            }
            return resetCommand.isEmpty()
                    ? Reboot.bySystemd(path, ORDERLY)
                    : ResetCommand.find(resetCommand, path);
        } catch (NotDirectoryException e) {
            throw new ParameterException(
                    command,
                    (sentinel == null ? "--reset-handover" : "--reset-sentinel")
                            + ": there is no folder "
                            + e.getMessage(),
                    e);
        } catch (NoSuchFileException e) {
            throw new ParameterException(
                    command, e.getReason() + ": give --reset-command PROGRAM [ARG…]", e);
        }
    }
}

package dev.assay.agent.cli;

import dev.assay.agent.daemon.Agent;
import dev.assay.agent.daemon.Bootstrap;
import dev.assay.agent.daemon.StartException;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.reset.Reboot;
import dev.assay.agent.reset.ResetAction;
import dev.assay.agent.reset.ResetCommand;
import dev.assay.agent.verifierclient.VerifierClient.Deadlines;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "Attests this host for ever and obeys the verifier's signed reset orders.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private static final Duration ORDERLY = Duration.ofSeconds(90);

    @Spec private @Nullable CommandSpec spec;

    @Mixin private AttestedHostOptions options = new AttestedHostOptions();

    @Option(
            names = "--verifier",
            paramLabel = "URL",
            description = "its address (default: the one of the enrolment)")
    private @Nullable URI verifier;

    @Option(
            names = "--trust-root",
            paramLabel = "FILE",
            description = "a later one than the state folder follows (default: that one)")
    private @Nullable Path trustRoot;

    @Option(
            names = "--reset-command",
            arity = "1..*",
            paramLabel = "ARG",
            description =
                    "the program that resets this host, and its arguments; one that begins with"
                            + " a dash as --reset-command=ARG (default: systemctl, without kexec and"
                            + " soft-reboot, falling to a forced reboot)")
    private List<String> resetCommand = List.of();

    @Option(names = "--once", description = "attest once and exit as bootstrap does")
    private boolean once;

    @Override
    public Integer call() throws IOException, CommandFailedException {
        EventLog.useOneLineFormat();
        var command = Commands.of(spec);
        ResetAction reset = reset();
        Agent.Settings settings =
                new Agent.Settings(
                        options.state(),
                        true,
                        verifier,
                        trustRoot,
                        AgentVersion.text(),
                        Deadlines.USUAL,
                        InstantSource.system(),
                        new SecureRandom());
        try (Agent agent = Agent.open(settings, options.host())) {
            if (once) {
                Bootstrap.Outcome outcome = agent.once(reset);
                OutcomeText.print(outcome, false, command);
                return OutcomeText.exitCode(outcome);
            }
            agent.run(reset);
            return ExitCode.GOLDEN;
        } catch (StartException e) {
            throw OutcomeText.failure(e, command);
        }
    }

    private ResetAction reset() {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
        try {
            return resetCommand.isEmpty()
                    ? Reboot.bySystemd(path, ORDERLY)
                    : ResetCommand.find(resetCommand, path);
        } catch (NoSuchFileException e) {
            throw new ParameterException(
                    Commands.of(spec), e.getReason() + ": give --reset-command PROGRAM [ARG…]", e);
        }
    }
}

package dev.assay.agent.cli;

import dev.assay.agent.attest.MeasuredHost;
import dev.assay.agent.daemon.HandedOver;
import dev.assay.agent.daemon.StartException;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.reset.Reboot;
import dev.assay.agent.reset.ResetAction;
import dev.assay.agent.reset.ResetCommand;
import dev.assay.agent.reset.ResetOrders.Outcome;
import dev.assay.agent.reset.ResetOrders.Refusal;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "reset-order",
        description =
                "Judges a reset order that the agent handed over, and resets this host. Runs as"
                        + " root where the agent runs as a user of its own.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:obeyed, or there is none that was not obeyed before",
            "2:refused",
            "64:wrong usage",
            "70:could not be done"
        },
        mixinStandardHelpOptions = true)
final class ResetOrderCommand implements Callable<Integer> {
    private static final Path LIVE = Path.of("/");

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DIR",
            description = "where `run --reset-handover` leaves it; nothing there is believed")
    private Path from = Path.of("");

    @Option(
            names = "--trust-root",
            required = true,
            paramLabel = "FILE",
            description = "who may order a reset; root's own file, which nobody else can write")
    private Path trustRoot = Path.of("");

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "root's own folder, with the orders obeyed (default: ${DEFAULT-VALUE})")
    private Path state = Path.of("/var/lib/assay-reset");

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "this host's name (default: the kernel's host name)")
    private @Nullable String name;

    @Option(
            names = "--reset-command",
            arity = "1..*",
            paramLabel = "ARG",
            description = "as of `run` (default: systemctl, falling to a forced reboot)")
    private List<String> resetCommand = List.of();

    @Override
    public Integer call() throws IOException, CommandFailedException, InterruptedException {
        EventLog.useOneLineFormat();
        var command = Commands.of(spec);
        HandedOver.Settings settings =
                new HandedOver.Settings(
                        from,
                        state,
                        trustRoot,
                        HostName.of(name, LIVE, command),
                        new MeasuredHost(LIVE, LIVE).boot(),
                        InstantSource.system());
        try {
            Optional<Outcome> outcome = HandedOver.obey(settings, action());
            return outcome.map(ResetOrderCommand::exitCode).orElse(ExitCode.GOLDEN);
        } catch (StartException e) {
            throw OutcomeText.failure(e, command);
        }
    }

    private static int exitCode(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Accepted accepted -> ExitCode.GOLDEN;
            case Outcome.Refused refused ->
                    refused.reason() == Refusal.ALREADY_OBEYED
                            ? ExitCode.GOLDEN
                            : ExitCode.UNDETERMINED;
        };
    }

    private ResetAction action() {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
        try {
            return resetCommand.isEmpty()
                    ? Reboot.bySystemd(path, ResetOptions.ORDERLY)
                    : ResetCommand.find(resetCommand, path);
        } catch (NoSuchFileException e) {
            throw new ParameterException(
                    Commands.of(spec), e.getReason() + ": give --reset-command PROGRAM [ARG…]", e);
        }
    }
}

package dev.assay.agent.cli;

import dev.assay.agent.daemon.Agent;
import dev.assay.agent.daemon.Bootstrap;
import dev.assay.agent.daemon.Bootstrap.WhenUnreachable;
import dev.assay.agent.daemon.StartException;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.verifierclient.VerifierClient.Deadlines;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bootstrap",
        description = {
            "Enrols this host where that was not done, measures and attests it, and exits 0 only"
                    + " when the verifier admits this boot.",
            "Exits 1 where it is judged and not admitted, 2 where the verifier is unreachable."
        },
        mixinStandardHelpOptions = true)
final class BootstrapCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Mixin private AttestedHostOptions options = new AttestedHostOptions();

    @Option(names = "--verifier", required = true, paramLabel = "URL", description = "its address")
    private URI verifier = URI.create("");

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "holds the enrolment token; not needed once the host is enrolled")
    private @Nullable Path tokenFile;

    @Option(
            names = "--trust-root",
            required = true,
            paramLabel = "FILE",
            description = "who may say what: pinned, then followed version by version")
    private Path trustRoot = Path.of("");

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            converter = WaitDuration.class,
            description = "how long to try, as 90s, 10m or 2h (default: for ever)")
    private @Nullable Duration patience;

    @Option(
            names = "--when-unreachable",
            paramLabel = "block|unready",
            description =
                    "block: try until the wait is over; unready: give up at once with 2"
                            + " (default: block)")
    private WhenUnreachable whenUnreachable = WhenUnreachable.BLOCK;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "this host's name (default: the kernel's host name)")
    private @Nullable String name;

    @Option(
            names = "--platform-id",
            paramLabel = "ID",
            description = "what the cloud calls this instance")
    private @Nullable String platformId;

    @Option(
            names = "--ephemeral-identity",
            description = "take a state folder that a reboot empties: the host is a new one then")
    private boolean ephemeral;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException, CommandFailedException {
        EventLog.useOneLineFormat();
        var command = Commands.of(spec);
        Agent.@Nullable Quoting quoting = options.quoting(command);
        Agent.Settings settings =
                new Agent.Settings(
                        options.state(),
                        ephemeral || quoting != null,
                        verifier,
                        trustRoot,
                        AgentVersion.text(),
                        Deadlines.USUAL,
                        InstantSource.system(),
                        new SecureRandom(),
                        quoting);
        try (Agent agent = Agent.open(settings, options.hostOfNewBoot())) {
            Bootstrap.Outcome outcome =
                    agent.bootstrap(
                            HostName.of(name, options.kernelFrom(), command),
                            platformId,
                            tokenFile,
                            patience,
                            whenUnreachable);
            OutcomeText.print(outcome, json, command);
            return OutcomeText.exitCode(outcome);
        } catch (StartException e) {
            throw OutcomeText.failure(e, command);
        }
    }
}

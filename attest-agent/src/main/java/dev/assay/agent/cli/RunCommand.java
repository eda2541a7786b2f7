package dev.assay.agent.cli;

import dev.assay.agent.daemon.Agent;
import dev.assay.agent.daemon.Bootstrap;
import dev.assay.agent.daemon.ResetPlan;
import dev.assay.agent.daemon.StartException;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.measure.HostMemory;
import dev.assay.agent.measure.Manners;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "Attests this host for ever and obeys the verifier's signed reset orders.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
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

    @Mixin private ResetOptions resetOptions = new ResetOptions();

    @Option(
            names = "--cpu",
            paramLabel = "PERCENT",
            defaultValue = "50",
            description =
                    "of all processors, at most, while everything is looked at (default:"
                            + " ${DEFAULT-VALUE})")
    private int cpu;

    @Option(
            names = "--reread-within",
            paramLabel = "DURATION",
            defaultValue = "24h",
            converter = WaitDuration.class,
            description =
                    "all content is read again within this time, whatever its times say (default:"
                            + " ${DEFAULT-VALUE})")
    private Duration rereadWithin = HostMemory.USUAL_PERIOD;

    @Option(names = "--once", description = "attest once and exit as bootstrap does")
    private boolean once;

    @Override
    public Integer call() throws IOException, CommandFailedException {
        EventLog.useOneLineFormat();
        var command = Commands.of(spec);
        if (cpu < 1 || cpu > 100 || rereadWithin.toSeconds() < 1) {
            throw new ParameterException(
                    command,
                    "--cpu is a percentage of 1 to 100, --reread-within at least a second");
        }
        ResetPlan plan = resetOptions.plan(options, command);
        Agent.Settings settings =
                new Agent.Settings(
                        options.state(),
                        true,
                        verifier,
                        trustRoot,
                        AgentVersion.text(),
                        Deadlines.USUAL,
                        InstantSource.system(),
                        new SecureRandom(),
                        options.quoting(Commands.of(spec)));
        try (Agent agent =
                Agent.open(settings, options.host(rereadWithin, Manners.gentle(cpu / 100.0)))) {
            if (once) {
                Bootstrap.Outcome outcome = agent.once(plan);
                OutcomeText.print(outcome, false, command);
                return OutcomeText.exitCode(outcome);
            }
            agent.run(plan);
            return ExitCode.GOLDEN;
        } catch (StartException e) {
            throw OutcomeText.failure(e, command);
        }
    }
}

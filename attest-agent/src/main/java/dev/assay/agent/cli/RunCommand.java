package dev.assay.agent.cli;

import dev.assay.agent.daemon.Agent;
import dev.assay.agent.daemon.Bootstrap;
import dev.assay.agent.daemon.ResetPlan;
import dev.assay.agent.daemon.StartException;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.verifierclient.VerifierClient.Deadlines;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Option(names = "--once", description = "attest once and exit as bootstrap does")
    private boolean once;

    @Override
    public Integer call() throws IOException, CommandFailedException {
        EventLog.useOneLineFormat();
        var command = Commands.of(spec);
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
                        new SecureRandom());
        try (Agent agent = Agent.open(settings, options.host())) {
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

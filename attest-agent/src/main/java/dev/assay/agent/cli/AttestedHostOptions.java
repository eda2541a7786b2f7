package dev.assay.agent.cli;

import dev.assay.agent.attest.MeasuredHost;
import dev.assay.agent.daemon.Agent;
import dev.assay.agent.measure.HostMemory;
import dev.assay.agent.measure.Manners;
import dev.assay.agent.tpm.HostTpm;
import dev.assay.agent.tpm.KernelLogs;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which host attests, and where its agent keeps what it must not forget.
final class AttestedHostOptions {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "the agent's own folder (default: ${DEFAULT-VALUE})")
    private Path state = Path.of("/var/lib/assay");

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "the host's root directory (default: /)")
    private Path root = Path.of("/");

    @Option(
            names = "--kernel-from",
            paramLabel = "DIR",
            description = "where the host's proc and sys are (default: /)")
    private Path kernelFrom = Path.of("/");

    @Mixin private TpmOption tpm = new TpmOption();

    /// Null where there is no TPM or none is to be used.
    Agent.@Nullable Quoting quoting(CommandLine command) {
        return tpm.address(isLive(), command)
                .map(found -> new Agent.Quoting(new HostTpm(found), new KernelLogs(kernelFrom)))
                .orElse(null);
    }

    private boolean isLive() {
        return root.equals(Path.of("/")) && kernelFrom.equals(Path.of("/"));
    }

    Path state() {
        return state;
    }

    Path root() {
        return root;
    }

    Path kernelFrom() {
        return kernelFrom;
    }

    /// A host that nothing is known of yet, and that is waited for.
    MeasuredHost hostOfNewBoot() {
        return host(HostMemory.Start.AFRESH, HostMemory.USUAL_PERIOD, Manners.HASTY);
    }

    /// A host at work, which an earlier process of this boot may have measured.
    ///
    /// @param period within which all content is read again
    MeasuredHost host(Duration period, Manners manners) {
        return host(HostMemory.Start.WITH_INDEX, period, manners);
    }

    private MeasuredHost host(HostMemory.Start start, Duration period, Manners manners) {
        Path index = state.resolve("index");
        HostMemory memory = HostMemory.of(root.toAbsolutePath().normalize(), index, start, period);
        return new MeasuredHost(root, kernelFrom, memory.with(manners));
    }
}

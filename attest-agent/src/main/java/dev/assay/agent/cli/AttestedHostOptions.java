package dev.assay.agent.cli;

import dev.assay.agent.attest.MeasuredHost;
import dev.assay.agent.measure.HostMemory;
import java.nio.file.Path;
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

    Path state() {
        return state;
    }

    Path root() {
        return root;
    }

    Path kernelFrom() {
        return kernelFrom;
    }

    /// A host that nothing is known of yet.
    MeasuredHost hostOfNewBoot() {
        return host(HostMemory.Start.AFRESH);
    }

    /// A host that an earlier process of this boot may have measured.
    MeasuredHost host() {
        return host(HostMemory.Start.WITH_INDEX);
    }

    private MeasuredHost host(HostMemory.Start start) {
        HostMemory memory =
                HostMemory.of(root.toAbsolutePath().normalize(), state.resolve("index"), start);
        return new MeasuredHost(root, kernelFrom, memory);
    }
}

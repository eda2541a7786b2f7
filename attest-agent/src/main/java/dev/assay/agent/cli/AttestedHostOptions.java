package dev.assay.agent.cli;

import dev.assay.agent.attest.MeasuredHost;
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

    MeasuredHost host() {
        return new MeasuredHost(root, kernelFrom);
    }
}

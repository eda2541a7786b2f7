package dev.assay.kubernetes;

import dev.assay.rig.Fleet;
import dev.assay.rig.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// `attest-verifier kubernetes-controller`, as a pod runs it.
final class ControllerProcess implements AutoCloseable {
    private final Process process;

    ControllerProcess(Fleet fleet, TestCluster cluster, Path token, Path log) throws IOException {
        this.process =
                Programs.ofSystemProperties()
                        .startVerifier(
                                List.of(
                                        "kubernetes-controller",
                                        "--verifier",
                                        fleet.verifier().url().toString(),
                                        "--token-file",
                                        token.toString(),
                                        "--trust-root",
                                        fleet.verifier().trustRootFile().toString(),
                                        "--kubeconfig",
                                        cluster.kubeconfig("controller").toString(),
                                        "--namespace",
                                        cluster.namespace(),
                                        "--resync-seconds",
                                        "5"),
                                log);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// As a node that lost its power: nobody gives the lease back.
    void kill() {
        Programs.stop(process);
    }

    @Override
    public void close() {
        kill();
    }
}

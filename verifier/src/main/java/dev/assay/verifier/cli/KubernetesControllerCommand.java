package dev.assay.verifier.cli;

import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.kubernetes.KubernetesController;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "kubernetes-controller",
        description = {
            "Keep a cluster's nodes as the verifier says: work only on golden hosts.",
            "Run two or three; one leads. Needs a token of the role orchestrator."
        })
final class KubernetesControllerCommand implements Callable<Integer> {
    private static final long STOP_MILLIS = 20_000;

    @Mixin private Connection connection;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Which cluster (default: the one whose pod this is).")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "assay",
            description = "Of the lease (default: ${DEFAULT-VALUE}).")
    private String namespace;

    @Option(
            names = "--observe",
            description = "Say everything and do nothing: label, condition and events alone.")
    private boolean observe;

    @Option(
            names = "--evict-drifted",
            description =
                    "Throw pods off drifted nodes at once, whatever their disruption budgets; a"
                            + " baseline that is wrong empties the cluster then.")
    private boolean evictDrifted;

    @Option(
            names = "--resync-seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "Ask for everything again after (default: ${DEFAULT-VALUE}).")
    private int resyncSeconds;

    @Option(
            names = "--health-port",
            paramLabel = "N",
            description = "Answer GET /healthz there, over plain HTTP (default: nowhere).")
    private @Nullable Integer healthPort;

    @Override
    public Integer call()
            throws IOException, MalformedInputException, InterruptedException, CommandFailure {
        if (resyncSeconds < 1 || resyncSeconds > 3600) {
            throw CommandFailure.usage("--resync-seconds is a number from 1 to 3600");
        }
        if (healthPort != null && (healthPort < 1 || healthPort > 65_535)) {
            throw CommandFailure.usage("--health-port is a number from 1 to 65535");
        }
        // A mistake in the connection ends the command; that nobody answers does not.
        connection.open().close();
        try (KubernetesHosts hosts = new KubernetesHosts(connection);
                KubernetesController controller =
                        KubernetesController.open(
                                new KubernetesController.Settings(
                                        kubeconfig,
                                        namespace,
                                        observe,
                                        evictDrifted,
                                        Duration.ofSeconds(resyncSeconds)),
                                hosts,
                                InstantSource.system());
                HealthPort _ = HealthPort.open(healthPort, controller::isHealthy)) {
            Thread running = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running), "stop"));
            controller.run();
            return Exit.CLEAN;
        }
    }

    /// Runs at SIGTERM. The lease is given back, so that the next leader need not wait for its end.
    private static void stop(Thread running) {
        running.interrupt();
        try {
            running.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

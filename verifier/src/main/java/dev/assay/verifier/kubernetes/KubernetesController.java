package dev.assay.verifier.kubernetes;

import dev.assay.verifier.kubernetes.NodeWish.Policy;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A process that keeps a cluster's Nodes as the verifier says. Run two or three of them: one
/// leads, the others wait for its Lease to run out.
public final class KubernetesController implements AutoCloseable {
    static final String LEASE = "assay-controller";

    private static final int LOOKS_MISSED = 3;

    private final KubernetesClient client;
    private final Leadership leadership;
    private final NodeController controller;
    private final Settings settings;
    private final InstantSource clock;
    private final Instant started;

    /// @param kubeconfig null for the pod's own service account
    /// @param namespace of the Lease
    /// @param observe says everything and does nothing: label, condition and events alone
    /// @param evictDrifted throws pods off drifted nodes at once, whatever their disruption budgets
    /// @param resync after which everything is asked for again, whatever the feed said
    public record Settings(
            @Nullable Path kubeconfig,
            String namespace,
            boolean observe,
            boolean evictDrifted,
            Duration resync) {}

    private KubernetesController(
            KubernetesClient client,
            HostApi hosts,
            Settings settings,
            Leadership.Times times,
            InstantSource clock) {
        this.client = client;
        this.settings = settings;
        this.clock = clock;
        this.started = clock.instant();
        this.leadership = new Leadership(client, settings.namespace(), identity(), times);
        this.controller =
                new NodeController(
                        client,
                        hosts,
                        new NodeController.Settings(
                                new Policy(settings.observe(), settings.evictDrifted()),
                                settings.resync(),
                                Duration.ofSeconds(1)),
                        clock);
    }

    /// @throws IOException where the kubeconfig is none, or there is no service account
    public static KubernetesController open(Settings settings, HostApi hosts, InstantSource clock)
            throws IOException {
        return of(
                Cluster.open(settings.kubeconfig()),
                hosts,
                settings,
                Leadership.Times.USUAL,
                clock);
    }

    static KubernetesController of(
            KubernetesClient client,
            HostApi hosts,
            Settings settings,
            Leadership.Times times,
            InstantSource clock) {
        return new KubernetesController(client, hosts, settings, times, clock);
    }

    /// Unlike the pod's name it is not the same after a restart: a process that came back must not
    /// take the lease of the one before it for its own.
    private static String identity() {
        String pod = System.getenv("POD_NAME");
        return (pod == null ? "assay" : pod) + "_" + UUID.randomUUID();
    }

    /// Until interrupted; gives its lease back then.
    public void run() throws InterruptedException {
        leadership.stand(controller::lead);
    }

    public boolean leads() {
        return leadership.leads();
    }

    /// Whether it is of use: it waits for a leader to fall, or leads and has looked lately.
    public boolean isHealthy() {
        Instant look = controller.lastLook();
        Instant since = look.isBefore(started) ? started : look;
        return !leadership.leads()
                || clock.instant()
                        .isBefore(
                                since.plus(settings.resync().multipliedBy(LOOKS_MISSED))
                                        .plusSeconds(60));
    }

    @Override
    public void close() {
        client.close();
    }
}

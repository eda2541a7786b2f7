package dev.assay.verifier.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Deletes one Node object and watches it go.
final class NodeDeletion {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int TRIES = 3;

    private final KubernetesClient client;
    private final String name;
    private final String uid;
    private Node present;

    NodeDeletion(KubernetesClient client, Node node) {
        this.client = client;
        this.name = node.getMetadata().getName();
        this.uid = node.getMetadata().getUid();
        this.present = node;
    }

    /// @param deletedAt by the API server's clock, where something held the object back and let go;
    ///   null where it went at once and nobody confirmed anything
    record Result(String uid, boolean gone, @Nullable Instant deletedAt, List<String> finalizers) {}

    /// @throws KubernetesClientException where it is refused
    Result run(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        ask();
        Instant deletedAt = null;
        while (true) {
            Node now = client.nodes().withName(name).get();
            if (now == null || !now.getMetadata().getUid().equals(uid)) {
                return new Result(uid, true, deletedAt, List.of());
            }
            String mark = now.getMetadata().getDeletionTimestamp();
            deletedAt = mark == null ? null : Instant.parse(mark);
            if (System.nanoTime() + POLL.toNanos() > end) {
                return new Result(uid, false, deletedAt, now.getMetadata().getFinalizers());
            }
            Thread.sleep(POLL);
        }
    }

    /// Names the version that it was made from: the API server refuses where the object has changed
    /// or is another one, and it is looked at again.
    private void ask() {
        for (int tries = 1; ; tries++) {
            try {
                client.nodes()
                        .resource(present)
                        .lockResourceVersion(present.getMetadata().getResourceVersion())
                        .delete();
                return;
            } catch (KubernetesClientException e) {
                Node now = client.nodes().withName(name).get();
                if (now == null || !now.getMetadata().getUid().equals(uid)) {
                    return;
                }
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || tries == TRIES) {
                    throw e;
                }
                present = now;
            }
        }
    }
}

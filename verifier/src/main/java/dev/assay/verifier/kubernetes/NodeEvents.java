package dev.assay.verifier.kubernetes;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What people read below a Node in `kubectl describe node`. Best effort: an event that cannot be
/// written changes nothing else.
final class NodeEvents {
    private static final Logger LOG = LoggerFactory.getLogger(NodeEvents.class);
    private static final String COMPONENT = "assay-controller";

    /// Of objects without a namespace, as the API server demands it of core/v1 events.
    static final String NAMESPACE = "default";

    private final KubernetesClient client;
    private final InstantSource clock;

    NodeEvents(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /// @param reason one word in CamelCase
    void tell(NodeFacts node, boolean normal, String reason, String message) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        String name =
                node.name() + "." + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        try {
            client.v1()
                    .events()
                    .inNamespace(NAMESPACE)
                    .resource(
                            new EventBuilder()
                                    .withNewMetadata()
                                    .withName(name)
                                    .withNamespace(NAMESPACE)
                                    .endMetadata()
                                    .withNewInvolvedObject()
                                    .withApiVersion("v1")
                                    .withKind("Node")
                                    .withName(node.name())
                                    .withUid(node.uid())
                                    .endInvolvedObject()
                                    .withType(normal ? "Normal" : "Warning")
                                    .withReason(reason)
                                    .withMessage(message)
                                    .withNewSource()
                                    .withComponent(COMPONENT)
                                    .endSource()
                                    .withFirstTimestamp(now.toString())
                                    .withLastTimestamp(now.toString())
                                    .withCount(1)
                                    .withReportingComponent(COMPONENT)
                                    .build())
                    .create();
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("node", node.name())
                    .addKeyValue("reason", reason)
                    .addKeyValue("why", e.getMessage())
                    .log("event not written");
        }
    }
}

package dev.assay.verifier.kubernetes;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/// Moves pods off a node by the Eviction API, which honours PodDisruptionBudgets. One round asks
/// for each pod once; who wants the node empty comes again.
///
/// Pods of a DaemonSet stay, since they would come back at once, and the agent is one of them; so
/// do mirror pods, which only the kubelet can end, and pods that have ended.
final class NodeDrain {
    private static final String MIRROR = "kubernetes.io/config.mirror";

    private final KubernetesClient client;

    NodeDrain(KubernetesClient client) {
        this.client = client;
    }

    /// @param left pods that are still there, some of them ending
    /// @param refused those whose eviction a budget forbids now, or the server, `NAMESPACE/NAME`
    record Round(int left, SortedSet<String> refused) {
        boolean isEmpty() {
            return left == 0;
        }
    }

    /// @param goesOn asked before each eviction: a leader that has been deposed stops here
    /// @throws KubernetesClientException where the pods cannot be listed
    Round round(String node, BooleanSupplier goesOn) {
        List<Pod> pods =
                client.pods().inAnyNamespace().withField("spec.nodeName", node).list().getItems();
        SortedSet<String> refused = new TreeSet<>();
        int left = 0;
        for (Pod pod : pods) {
            // The selector is the server's to apply; a pod elsewhere must not die for its mistake.
            if (!node.equals(pod.getSpec().getNodeName()) || stays(pod)) {
                continue;
            }
            left++;
            boolean ending = pod.getMetadata().getDeletionTimestamp() != null;
            if (!ending && goesOn.getAsBoolean() && !evict(pod)) {
                refused.add(pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName());
            }
        }
        return new Round(left, refused);
    }

    static boolean stays(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return (annotations != null && annotations.containsKey(MIRROR))
                || pod.getMetadata().getOwnerReferences().stream().anyMatch(NodeDrain::isDaemonSet)
                || "Succeeded".equals(phase)
                || "Failed".equals(phase);
    }

    static boolean isDaemonSet(OwnerReference owner) {
        return Boolean.TRUE.equals(owner.getController())
                && "DaemonSet".equals(owner.getKind())
                && owner.getApiVersion().startsWith("apps/");
    }

    /// Whether it was taken.
    private boolean evict(Pod pod) {
        String namespace = pod.getMetadata().getNamespace();
        String name = pod.getMetadata().getName();
        try {
            return client.pods()
                    .inNamespace(namespace)
                    .withName(name)
                    .evict(
                            new EvictionBuilder()
                                    .withNewMetadata()
                                    .withNamespace(namespace)
                                    .withName(name)
                                    .endMetadata()
                                    .withDeleteOptions(
                                            new DeleteOptionsBuilder()
                                                    // A StatefulSet's pod comes back under its
                                                    // old name.
                                                    .withNewPreconditions()
                                                    .withUid(pod.getMetadata().getUid())
                                                    .endPreconditions()
                                                    .build())
                                    .build());
        } catch (KubernetesClientException e) {
            return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
        }
    }
}

package dev.assay.verifier.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a Node is matched by.
///
/// @param name which a kubelet cannot choose: its certificate (`system:node:NAME`) binds it
/// @param uid of the object; a machine that is replaced under the same name has another
/// @param providerId as the cloud names the instance; a kubelet may set it once and never change it
/// @param created when the API server made the object
/// @param bootId the kubelet's own word, so that it can only be held against the node
record NodeFacts(
        String name,
        String uid,
        @Nullable String providerId,
        Instant created,
        @Nullable String bootId) {

    static NodeFacts of(Node node) {
        NodeSpec spec = node.getSpec();
        return new NodeFacts(
                node.getMetadata().getName(),
                node.getMetadata().getUid(),
                spec == null ? null : present(spec.getProviderID()),
                Instant.parse(node.getMetadata().getCreationTimestamp()),
                bootId(node.getStatus()));
    }

    private static @Nullable String bootId(@Nullable NodeStatus status) {
        NodeSystemInfo info = status == null ? null : status.getNodeInfo();
        return info == null ? null : present(info.getBootID());
    }

    private static @Nullable String present(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}

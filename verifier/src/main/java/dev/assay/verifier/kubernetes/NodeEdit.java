package dev.assay.verifier.kubernetes;

import dev.assay.verifier.kubernetes.NodeWish.Cordon;
import dev.assay.verifier.kubernetes.NodeWish.Effect;
import dev.assay.verifier.kubernetes.NodeWish.Taints;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What has to be written to make a Node what it should be; nothing where it is so already. Pure.
final class NodeEdit {
    static final String LABEL = "assay.dev/state";
    static final String CONDITION = "AssayGolden";

    /// On a Node that this program cordoned. A kubelet can write it, and gains nothing: it could
    /// cordon and uncordon itself as well, and the annotation is read only for a golden host.
    static final String CORDONED = "assay.dev/cordoned";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private NodeEdit() {}

    /// A JSON merge patch (RFC 7386) of metadata and spec, or null. It carries the resource version
    /// that it was made from: the list of taints is replaced whole, and would undo what somebody
    /// else wrote meanwhile.
    static @Nullable ObjectNode ofSpec(Node node, NodeWish wish) {
        ObjectNode metadata = JSON.objectNode();
        ObjectNode spec = JSON.objectNode();
        if (!Objects.equals(labels(node).get(LABEL), wish.state())) {
            metadata.putObject("labels").put(LABEL, wish.state());
        }
        cordon(node, wish.cordon(), metadata, spec);
        ArrayNode taints = taints(node, wish);
        if (taints != null) {
            spec.set("taints", taints);
        }
        if (metadata.isEmpty() && spec.isEmpty()) {
            return null;
        }
        metadata.put("resourceVersion", node.getMetadata().getResourceVersion());
        ObjectNode patch = JSON.objectNode();
        patch.set("metadata", metadata);
        if (!spec.isEmpty()) {
            patch.set("spec", spec);
        }
        return patch;
    }

    private static void cordon(Node node, Cordon cordon, ObjectNode metadata, ObjectNode spec) {
        boolean isCordoned = isCordoned(node);
        boolean isOurs = annotations(node).containsKey(CORDONED);
        switch (cordon) {
            case SET -> {
                if (!isCordoned) {
                    spec.put("unschedulable", true);
                    if (!isOurs) {
                        metadata.putObject("annotations").put(CORDONED, "true");
                    }
                }
            }
            case LIFT -> {
                if (isOurs) {
                    metadata.putObject("annotations").putNull(CORDONED);
                    if (isCordoned) {
                        spec.put("unschedulable", false);
                    }
                }
            }
            case KEEP -> {}
        }
    }

    private static @Nullable ArrayNode taints(Node node, NodeWish wish) {
        List<Taint> present = taints(node);
        Set<String> wanted =
                switch (wish.taints()) {
                    case Taints.Exactly(Set<Effect> effects) -> words(effects);
                    case Taints.AtLeast(Set<Effect> effects) -> {
                        Set<String> words = words(effects);
                        present.stream()
                                .filter(NodeEdit::isOurs)
                                .forEach(taint -> words.add(taint.getEffect()));
                        yield words;
                    }
                };
        List<Taint> after = new ArrayList<>();
        Set<String> missing = new TreeSet<>(wanted);
        for (Taint taint : present) {
            if (!isOurs(taint) || (!isStale(taint, wish) && missing.remove(taint.getEffect()))) {
                after.add(taint);
            }
        }
        if (missing.isEmpty() && after.size() == present.size()) {
            return null;
        }
        ArrayNode all = JSON.arrayNode();
        after.forEach(taint -> all.add(json(taint)));
        for (String effect : missing) {
            all.addObject()
                    .put("key", NodeWish.TAINT)
                    .put("value", wish.state())
                    .put("effect", effect);
        }
        return all;
    }

    /// The kubelet's own value `unproved` stays until there is a judgement: the verifier tolerates
    /// it, since nobody can be proved before a verifier runs, and must not run on what was judged.
    private static boolean isStale(Taint taint, NodeWish wish) {
        return wish.taints() instanceof Taints.Exactly
                && !wish.state().equals("unknown")
                && !wish.state().equals(taint.getValue());
    }

    private static Set<String> words(Set<Effect> effects) {
        Set<String> words = new TreeSet<>();
        effects.forEach(effect -> words.add(effect.word()));
        return words;
    }

    private static ObjectNode json(Taint taint) {
        ObjectNode json = JSON.objectNode().put("key", taint.getKey());
        if (taint.getValue() != null) {
            json.put("value", taint.getValue());
        }
        json.put("effect", taint.getEffect());
        if (taint.getTimeAdded() != null) {
            json.put("timeAdded", taint.getTimeAdded());
        }
        return json;
    }

    /// A strategic merge patch of the status, which touches our condition alone, or null. Without a
    /// heartbeat: only what changed is written.
    static @Nullable ObjectNode ofStatus(Node node, NodeWish.Condition wanted, Instant now) {
        NodeCondition present = condition(node);
        if (present != null && !wanted.status().word().equals(present.getStatus())) {
            present = null;
        }
        if (present != null
                && wanted.reason().equals(present.getReason())
                && wanted.message().equals(present.getMessage())) {
            return null;
        }
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        String since = present == null ? null : present.getLastTransitionTime();
        ObjectNode patch = JSON.objectNode();
        patch.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", CONDITION)
                .put("status", wanted.status().word())
                .put("reason", wanted.reason())
                .put("message", wanted.message())
                .put("lastHeartbeatTime", time)
                .put("lastTransitionTime", since == null ? time : since);
        return patch;
    }

    static @Nullable NodeCondition condition(Node node) {
        if (node.getStatus() == null || node.getStatus().getConditions() == null) {
            return null;
        }
        return node.getStatus().getConditions().stream()
                .filter(condition -> CONDITION.equals(condition.getType()))
                .findFirst()
                .orElse(null);
    }

    static boolean isCordoned(Node node) {
        return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    private static boolean isOurs(Taint taint) {
        return NodeWish.TAINT.equals(taint.getKey());
    }

    private static List<Taint> taints(Node node) {
        return node.getSpec() == null || node.getSpec().getTaints() == null
                ? List.of()
                : node.getSpec().getTaints();
    }

    private static Map<String, String> labels(Node node) {
        return node.getMetadata().getLabels() == null ? Map.of() : node.getMetadata().getLabels();
    }

    private static Map<String, String> annotations(Node node) {
        return node.getMetadata().getAnnotations() == null
                ? Map.of()
                : node.getMetadata().getAnnotations();
    }
}

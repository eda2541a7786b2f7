package dev.assay.verifier.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.kubernetes.NodeWish.Condition;
import dev.assay.verifier.kubernetes.NodeWish.Cordon;
import dev.assay.verifier.kubernetes.NodeWish.Effect;
import dev.assay.verifier.kubernetes.NodeWish.Status;
import dev.assay.verifier.kubernetes.NodeWish.Taints;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeFluent;
import java.time.Instant;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class NodeEditTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.7Z");
    private static final Condition GOLDEN = new Condition(Status.TRUE, "Golden", "golden");

    private static Node node(UnaryOperator<NodeFluent<NodeBuilder>.SpecNested<NodeBuilder>> spec) {
        NodeBuilder node =
                new NodeBuilder()
                        .withNewMetadata()
                        .withName("n")
                        .withResourceVersion("7")
                        .addToLabels(NodeEdit.LABEL, "golden")
                        .endMetadata();
        return spec.apply(node.withNewSpec()).endSpec().build();
    }

    private static NodeWish wish(Taints taints, Cordon cordon) {
        return new NodeWish(taints, cordon, "golden", GOLDEN, null);
    }

    private static NodeWish none() {
        return wish(new Taints.Exactly(Set.of()), Cordon.LIFT);
    }

    private static String written(@Nullable ObjectNode patch) {
        return patch == null ? "nothing" : patch.toString();
    }

    @Test
    void aNodeThatIsAsWishedIsNotWritten() {
        assertThat(written(NodeEdit.ofSpec(node(spec -> spec), none()))).isEqualTo("nothing");
    }

    @Test
    void theTaintIsTakenAwayAndOthersStayInTheirOrder() {
        Node node =
                node(
                        spec ->
                                spec.addNewTaint("NoSchedule", "a", null, "1")
                                        .addNewTaint("NoSchedule", NodeWish.TAINT, null, "unproved")
                                        .addNewTaint(
                                                "NoExecute", "b", "2026-01-01T00:00:00Z", null));
        assertThat(written(NodeEdit.ofSpec(node, none())))
                .isEqualTo(
                        "{\"metadata\":{\"resourceVersion\":\"7\"},\"spec\":{\"taints\":["
                                + "{\"key\":\"a\",\"value\":\"1\",\"effect\":\"NoSchedule\"},"
                                + "{\"key\":\"b\",\"effect\":\"NoExecute\","
                                + "\"timeAdded\":\"2026-01-01T00:00:00Z\"}]}}");
    }

    /// The verifier tolerates the kubelet's value, and must not run on a node that was judged.
    @Test
    void theKubeletsValueOfTheTaintStaysUntilThereIsAJudgement() {
        Node node = node(spec -> spec.addNewTaint("NoSchedule", NodeWish.TAINT, null, "unproved"));
        assertThat(written(NodeEdit.ofSpec(node, tainted("unknown")))).doesNotContain("taints");
        assertThat(written(NodeEdit.ofSpec(node, tainted("drifted"))))
                .contains(
                        "\"taints\":[{\"key\":\"assay.dev/not-golden\","
                                + "\"value\":\"drifted\",\"effect\":\"NoSchedule\"}]");
    }

    private static NodeWish tainted(String state) {
        return new NodeWish(
                new Taints.Exactly(Set.of(Effect.NO_SCHEDULE)), Cordon.KEEP, state, GOLDEN, null);
    }

    @Test
    void silenceTakesNoTaintAway() {
        Node node = node(spec -> spec.addNewTaint("NoExecute", NodeWish.TAINT, null, "resetting"));
        assertThat(written(NodeEdit.ofSpec(node, wish(new Taints.AtLeast(Set.of()), Cordon.KEEP))))
                .isEqualTo("nothing");
        assertThat(
                        written(
                                NodeEdit.ofSpec(
                                        node,
                                        wish(
                                                new Taints.AtLeast(Set.of(Effect.NO_SCHEDULE)),
                                                Cordon.KEEP))))
                .contains("NoExecute", "NoSchedule");
    }

    @Test
    void aNodeThatAnOperatorCordonedIsNotOurs() {
        Node node = node(spec -> spec.withUnschedulable(true));
        assertThat(written(NodeEdit.ofSpec(node, wish(new Taints.Exactly(Set.of()), Cordon.SET))))
                .isEqualTo("nothing");
        assertThat(written(NodeEdit.ofSpec(node, none()))).isEqualTo("nothing");
    }

    @Test
    void whatWeCordonedWeUncordon() {
        Node node = node(spec -> spec);
        assertThat(written(NodeEdit.ofSpec(node, wish(new Taints.Exactly(Set.of()), Cordon.SET))))
                .isEqualTo(
                        "{\"metadata\":{\"annotations\":{\"assay.dev/cordoned\":\"true\"},"
                                + "\"resourceVersion\":\"7\"},\"spec\":{\"unschedulable\":true}}");
        Node ours =
                node(spec -> spec.withUnschedulable(true))
                        .edit()
                        .editMetadata()
                        .addToAnnotations(NodeEdit.CORDONED, "true")
                        .endMetadata()
                        .build();
        assertThat(written(NodeEdit.ofSpec(ours, none())))
                .isEqualTo(
                        "{\"metadata\":{\"annotations\":{\"assay.dev/cordoned\":null},"
                                + "\"resourceVersion\":\"7\"},\"spec\":{\"unschedulable\":false}}");
    }

    @Test
    void theConditionIsWrittenOnceAndKeepsTheTimeOfItsLastTransition() {
        Node bare = node(spec -> spec);
        assertThat(written(NodeEdit.ofStatus(bare, GOLDEN, NOW)))
                .isEqualTo(
                        "{\"status\":{\"conditions\":[{\"type\":\"AssayGolden\",\"status\":\"True\","
                                + "\"reason\":\"Golden\",\"message\":\"golden\","
                                + "\"lastHeartbeatTime\":\"2026-11-23T12:00:00Z\","
                                + "\"lastTransitionTime\":\"2026-11-23T12:00:00Z\"}]}}");
        Node told = with(bare, "True", "golden");
        assertThat(written(NodeEdit.ofStatus(told, GOLDEN, NOW))).isEqualTo("nothing");
        assertThat(written(NodeEdit.ofStatus(with(bare, "True", "other"), GOLDEN, NOW)))
                .contains("\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"");
        assertThat(written(NodeEdit.ofStatus(with(bare, "False", "golden"), GOLDEN, NOW)))
                .contains("\"lastTransitionTime\":\"2026-11-23T12:00:00Z\"");
    }

    private static Node with(Node node, String status, String message) {
        return node.edit()
                .withNewStatus()
                .addToConditions(
                        new NodeConditionBuilder()
                                .withType(NodeEdit.CONDITION)
                                .withStatus(status)
                                .withReason("Golden")
                                .withMessage(message)
                                .withLastTransitionTime("2026-01-01T00:00:00Z")
                                .build())
                .endStatus()
                .build();
    }
}

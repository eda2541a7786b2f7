package dev.assay.verifier.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.kubernetes.HostSays.State;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Each Node and each host here is the same but for one thing: its name, or the platform's id.
final class HostTableTest {
    private static HostSays host(String name, @Nullable String platformId) {
        return new HostSays(
                name, platformId, State.GOLDEN, true, "golden", null, null, null, false);
    }

    private static NodeFacts node(String name, @Nullable String providerId) {
        return new NodeFacts(name, "uid-" + name, providerId, Instant.EPOCH, null);
    }

    private static @Nullable String found(
            NodeFacts node, List<HostSays> hosts, List<NodeFacts> nodes) {
        HostSays host = new HostTable(hosts, nodes).find(node).host();
        return host == null ? null : host.name();
    }

    private static @Nullable String found(NodeFacts node, HostSays... hosts) {
        return found(node, List.of(hosts), List.of(node));
    }

    @Test
    void aHostIsFoundByThePlatformsId() {
        assertThat(found(node("n", "aws:///i-1"), host("web-7", "aws:///i-1"))).isEqualTo("web-7");
    }

    @Test
    void aHostWithoutAPlatformIdIsFoundByName() {
        assertThat(found(node("n", "aws:///i-1"), host("n", null))).isEqualTo("n");
        assertThat(found(node("n", null), host("n", null))).isEqualTo("n");
    }

    @Test
    void anotherNameIsNobody() {
        assertThat(found(node("n", null), host("m", null))).isNull();
    }

    /// Who may enrol under any free name chose the name of somebody else's node.
    @Test
    void theSameNameWithAnotherPlatformIdIsNobody() {
        assertThat(found(node("n", "aws:///i-1"), host("n", "aws:///i-2"))).isNull();
        assertThat(found(node("n", null), host("n", "aws:///i-2"))).isNull();
    }

    /// A drifted node took the provider id of a golden one when it registered.
    @Test
    void anIdThatTwoNodesClaimBelongsToTheOneWhoseNameAgrees() {
        NodeFacts honest = node("n", "aws:///i-1");
        NodeFacts thief = node("thief", "aws:///i-1");
        List<HostSays> hosts = List.of(host("n", "aws:///i-1"));
        assertThat(found(honest, hosts, List.of(honest, thief))).isEqualTo("n");
        assertThat(found(thief, hosts, List.of(honest, thief))).isEqualTo(null);
    }

    @Test
    void anIdThatTwoNodesClaimIsNobodysWhereNoNameAgrees() {
        NodeFacts one = node("n", "aws:///i-1");
        NodeFacts two = node("m", "aws:///i-1");
        List<HostSays> hosts = List.of(host("web-7", "aws:///i-1"));
        assertThat(found(one, hosts, List.of(one, two))).isNull();
        assertThat(found(two, hosts, List.of(one, two))).isNull();
    }

    @Test
    void anIdOfTwoHostsIsNobody() {
        assertThat(found(node("n", "aws:///i-1"), host("n", "aws:///i-1"), host("m", "aws:///i-1")))
                .isNull();
    }

    @Test
    void aNodeWhoseIdAndWhoseNameAreTwoHostsIsNobody() {
        assertThat(found(node("n", "aws:///i-1"), host("m", "aws:///i-1"), host("n", null)))
                .isNull();
    }
}

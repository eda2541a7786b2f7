package dev.assay.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.fleet.Reset.Remedy;
import dev.assay.verifier.kubernetes.KubernetesExecutor;
import dev.assay.verifier.kubernetes.KubernetesExecutor.Method;
import dev.assay.verifier.reset.Executor.Outcome;
import dev.assay.verifier.reset.ResetTask;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The executor of a cluster, against a mock of its API server or the real one of
/// `assay.kubeconfig`; a command in a pod needs pods that run, which only the mock pretends to
/// have.
final class KubernetesExecutorIT {
    private static final String HOLDS = "example.org/ends-the-machine";

    @TempDir private Path folder;
    private TestCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private KubernetesExecutor executor(Method method, boolean ends) throws IOException {
        return KubernetesExecutor.open(
                new KubernetesExecutor.Settings(
                        "nodes", cluster.kubeconfig("executor"), method, "assay-agent", ends));
    }

    private static ResetTask task(String host) {
        return new ResetTask(
                "reset-1",
                host,
                null,
                new TreeMap<>(),
                null,
                Remedy.RESET,
                "drifted",
                Duration.ofSeconds(10));
    }

    private Outcome reset(Method method, boolean ends, String host)
            throws IOException, InterruptedException {
        try (KubernetesExecutor executor = executor(method, ends)) {
            return executor.reset(task(host));
        }
    }

    private MockCluster mock() {
        Assumptions.assumeTrue(cluster.mock() != null, "its pods do not run");
        return Objects.requireNonNull(cluster.mock());
    }

    private void addAgent(String node) {
        cluster.addPodTo(
                "assay-agent",
                "agent-on-" + node,
                node,
                Map.of("app.kubernetes.io/name", "assay-agent"),
                true);
    }

    @Test
    void aRebootIsRunInTheAgentsPodOfThatNodeAndGivesNoReceipt()
            throws IOException, InterruptedException {
        MockCluster mock = mock();
        cluster.addNode("a", true);
        cluster.addNode("b", true);
        addAgent("a");
        addAgent("b");
        Outcome outcome = reset(Method.REBOOT, true, "b");
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        assertThat(((Outcome.Done) outcome).receipt()).isNull();
        assertThat(mock.commands())
                .singleElement()
                .asString()
                .contains("command=/bin/kill&command=-39&command=1", "container=agent");
        assertThat(mock.asked())
                .filteredOn(asked -> asked.resource().equals("pods/exec"))
                .allMatch(asked -> asked.name().equals("agent-on-b"));
    }

    @Test
    void aPodThatOnlyLooksLikeTheAgentsIsNotUsed() throws IOException, InterruptedException {
        MockCluster mock = mock();
        cluster.addNode("a", true);
        cluster.addPodTo(
                "assay-agent",
                "impostor",
                "a",
                Map.of("app.kubernetes.io/name", "assay-agent"),
                false);
        assertThat(reset(Method.REBOOT, false, "a")).isInstanceOf(Outcome.Failed.class);
        assertThat(mock.commands()).isEmpty();
    }

    @Test
    void aHostWithoutANodeIsAFailure() throws IOException, InterruptedException {
        assertThat(reset(Method.DELETE, true, cluster.name("none")))
                .isEqualTo(new Outcome.Failed("the cluster has no node for this host", ""));
    }

    /// Nothing confirms that a machine ended: its kubelet may register again.
    @Test
    void aDeletionThatNobodyConfirmsGivesNoReceipt() throws IOException, InterruptedException {
        String name = cluster.name("plain");
        cluster.addNode(name, true);
        Outcome outcome = reset(Method.DELETE, true, name);
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        assertThat(((Outcome.Done) outcome).receipt()).isNull();
        assertThat(cluster.client().nodes().withName(name).get()).isNull();
    }

    @Test
    void aDeletionThatWasHeldUntilTheMachineEndedIsThePlatformsRecord()
            throws IOException, InterruptedException {
        String uid = held("held");
        Receipt receipt = Objects.requireNonNull(deleted("held", true));
        assertThat(receipt.id()).isEqualTo(uid);
        assertThat(receipt.executor()).isEqualTo("nodes");
    }

    @Test
    void theSameIsNoneWhereNobodySaidThatDeletionEndsTheMachine()
            throws IOException, InterruptedException {
        held("unsaid");
        assertThat(deleted("unsaid", false)).isNull();
    }

    /// A node that somebody has to let go of.
    private String held(String node) {
        String name = cluster.name(node);
        cluster.addNode(name, true);
        return cluster.client()
                .nodes()
                .withName(name)
                .edit(
                        found ->
                                found.edit()
                                        .editMetadata()
                                        .addToFinalizers(HOLDS)
                                        .endMetadata()
                                        .build())
                .getMetadata()
                .getUid();
    }

    private @Nullable Receipt deleted(String node, boolean ends)
            throws IOException, InterruptedException {
        String name = cluster.name(node);
        CompletableFuture<Void> ended =
                CompletableFuture.runAsync(
                        () -> {
                            await().atMost(Duration.ofSeconds(20))
                                    .until(
                                            () ->
                                                    cluster.node(name)
                                                                    .getMetadata()
                                                                    .getDeletionTimestamp()
                                                            != null);
                            // Held for as long as the executor takes to look once.
                            await().pollDelay(Duration.ofMillis(700)).until(() -> true);
                            cluster.client()
                                    .nodes()
                                    .withName(name)
                                    .edit(
                                            found ->
                                                    found.edit()
                                                            .editMetadata()
                                                            .withFinalizers(List.of())
                                                            .endMetadata()
                                                            .build());
                        },
                        // Not in the common pool, whose one thread the client itself needs.
                        task -> Thread.ofVirtual().start(task));
        Outcome outcome = reset(Method.DELETE, ends, name);
        ended.join();
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done) outcome).receipt();
    }

    @Test
    void theRolesAllowWhatTheExecutorAsksForAndNothingElse()
            throws IOException, InterruptedException {
        MockCluster mock = mock();
        cluster.addNode("a", true);
        addAgent("a");
        reset(Method.REBOOT, false, "a");
        // The client reads the pod once more where it is slow to be ready.
        Rights.assertLeast(
                mock,
                "executor",
                Granted.to("assay-verifier", component("reboot")),
                right -> right.verb().equals("get") && right.resource().equals("pods"));
    }

    @Test
    void theRolesAllowWhatADeletionAsksForAndNothingElse()
            throws IOException, InterruptedException {
        MockCluster mock = mock();
        cluster.addNode("a", true);
        reset(Method.DELETE, false, "a");
        Rights.assertLeast(mock, "executor", Granted.to("assay-verifier", component("delete")));
    }

    private static List<Path> component(String method) {
        return List.of(
                Path.of(Objects.requireNonNull(System.getProperty("assay.root")))
                        .resolve("verifier/kubernetes/components")
                        .resolve("node-" + method)
                        .resolve("node-" + method + ".yaml"));
    }
}

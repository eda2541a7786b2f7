package dev.assay.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.bytes.Bytes;
import dev.assay.rig.Fleet;
import dev.assay.rig.Programs;
import dev.assay.rig.SimulatedHost;
import dev.assay.rig.TreeScope;
import dev.assay.signing.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A cluster's nodes from their registration to their return: a real verifier, real agents on
/// simulated hosts and a real controller, each a process; against a mock of the API server, or
/// against the real one of `assay.kubeconfig`. With a real one the nodes still have no kubelet, and
/// what needs pods that run is left out.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KubernetesIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    @TempDir private static Path folder;

    private final List<ControllerProcess> controllers = new ArrayList<>();
    private Fleet fleet;
    private TestCluster cluster;
    private Path token;

    @BeforeAll
    void startAll() throws IOException, InterruptedException {
        Path bin = Files.createDirectories(folder.resolve("source/bin"));
        for (int i = 0; i < 20; i++) {
            Files.writeString(bin.resolve("program-" + i), "#!/bin/sh\necho " + i + "\n");
        }
        fleet =
                new Fleet(
                        Programs.ofSystemProperties(),
                        folder.resolve("fleet"),
                        folder.resolve("source"),
                        TreeScope.write(folder).toString());
        fleet.start(
                Map.of(
                        "mode",
                        "enforce",
                        "intervalMillis",
                        300,
                        "drainMillis",
                        45_000,
                        "allowSimulated",
                        true));
        JsonNode secret = fleet.verifier().api().post("/v1/tokens", Map.of("role", "orchestrator"));
        token = folder.resolve("orchestrator.token");
        PrivateFiles.writeNew(token, Bytes.utf8(secret.get("secret").asString() + "\n"));
        cluster = new TestCluster(folder);
        startController();
        eventually("somebody leads", () -> !cluster.leader().isEmpty());
    }

    @AfterAll
    void stopAll() {
        controllers.forEach(ControllerProcess::close);
        if (cluster != null) {
            cluster.close();
        }
        if (fleet != null) {
            fleet.close();
        }
    }

    private void startController() throws IOException {
        controllers.add(
                new ControllerProcess(fleet, cluster, token, folder.resolve("controller.log")));
    }

    private SimulatedHost host(String name) throws IOException, InterruptedException {
        fleet.addHosts(List.of(name));
        return fleet.hosts().getLast();
    }

    private static void eventually(String what, Callable<Boolean> holds) {
        await(what).atMost(DEADLINE).pollInterval(POLL).until(holds);
    }

    private void awaitAdmitted(String node) {
        eventually(
                node + " is admitted",
                () ->
                        cluster.taints(node).isEmpty()
                                && cluster.condition(node).equals("True Golden"));
    }

    private static void drift(SimulatedHost host) throws IOException {
        Files.writeString(host.file("bin/program-1"), "#!/bin/sh\necho intruder\n");
    }

    @Test
    @Order(1)
    void aNodeIsAdmittedDrainedAfterItsDriftAndBackOnceItProvedItself()
            throws IOException, InterruptedException {
        String name = cluster.name("loop");
        SimulatedHost host = host(name);
        cluster.addNode(name, true);
        assertThat(cluster.taints(name)).containsExactly("NoSchedule");
        awaitAdmitted(name);
        assertThat(cluster.node(name).getStatus().getConditions())
                .extracting("type")
                .contains("Ready", "AssayGolden");
        cluster.addPod("web", name, Map.of("app", "web"), false);
        cluster.addPod("cache", name, Map.of("app", "cache"), false);
        cluster.addPod("daemon", name, Map.of("app", "daemon"), true);
        cluster.addBudget("web", Map.of("app", "web"));

        long begin = System.nanoTime();
        drift(host);
        eventually("no new work", () -> cluster.taints(name).contains("NoSchedule"));
        System.out.printf(
                "drift → NoSchedule: %d ms, the interval is 300 ms%n",
                Duration.ofNanos(System.nanoTime() - begin).toMillis());
        eventually("cordoned", () -> cluster.isCordoned(name));
        eventually("the pod without a budget goes", () -> cluster.pod("cache") == null);
        eventually("people see why", () -> cluster.events(name).contains("AssayDrainBlocked"));
        assertThat(cluster.pod("web")).isNotNull();
        assertThat(cluster.taints(name)).containsExactly("NoSchedule");
        assertThat(drainedAt(host)).isFalse();

        cluster.deleteBudget("web");
        eventually("the last pod goes", () -> cluster.pod("web") == null);
        eventually("drained is told", () -> drainedAt(host));
        assertThat(cluster.pod("daemon")).isNotNull();
        eventually("the agent obeys", host::isResetOrdered);
        eventually(
                "pods that tolerate nothing go", () -> cluster.taints(name).contains("NoExecute"));
        eventually("said", () -> cluster.condition(name).equals("False Resetting"));
        host.rebootIfOrdered();
        host.startAgent();
        awaitAdmitted(name);
        eventually("uncordoned", () -> !cluster.isCordoned(name));
        assertThat(cluster.pod("daemon")).isNotNull();
        assertThat(cluster.events(name))
                .contains("AssayGolden", "AssayResetPending", "AssayResetting");
    }

    private boolean drainedAt(SimulatedHost host) throws IOException, InterruptedException {
        return fleet.state(host).path("reset").hasNonNull("drainedAt");
    }

    @Test
    @Order(2)
    void aNodeThatTakesItsTaintOffGetsItBack() {
        String name = cluster.name("stranger");
        // Nobody told its kubelet to register with the taint, and it is enrolled nowhere.
        cluster.addNode(name, false);
        eventually("tainted", () -> cluster.taints(name).contains("NoSchedule"));
        eventually("said", () -> cluster.condition(name).equals("Unknown NoHost"));
        cluster.removeTaints(name);
        long begin = System.nanoTime();
        eventually("tainted again", () -> cluster.taints(name).contains("NoSchedule"));
        System.out.printf(
                "taint taken off → back: %d ms%n",
                Duration.ofNanos(System.nanoTime() - begin).toMillis());
        eventually("told", () -> cluster.events(name).contains("AssayRestored"));
    }

    @Test
    @Order(3)
    void anOperatorsCordonStays() throws IOException, InterruptedException {
        String name = cluster.name("cordoned");
        host(name);
        cluster.addNode(name, true);
        cluster.edit(
                name, node -> node.edit().editSpec().withUnschedulable(true).endSpec().build());
        awaitAdmitted(name);
        assertThat(cluster.isCordoned(name)).isTrue();
    }

    @Test
    @Order(4)
    void anExemptNodeIsLeftAlone() {
        String name = cluster.name("exempt");
        cluster.addNode(name, false);
        cluster.edit(
                name,
                node ->
                        node.edit()
                                .editMetadata()
                                .addToLabels("node-restriction.kubernetes.io/assay-exempt", "true")
                                .endMetadata()
                                .editSpec()
                                .withTaints(List.of())
                                .endSpec()
                                .build());
        String witness = cluster.name("witness");
        cluster.addNode(witness, false);
        eventually("the other is tainted", () -> !cluster.taints(witness).isEmpty());
        assertThat(cluster.taints(name)).isEmpty();
    }

    @Test
    @Order(5)
    void whileTheVerifierIsAwayNobodyIsEvictedAndNobodyAdmitted()
            throws IOException, InterruptedException {
        String old = cluster.name("old");
        SimulatedHost host = host(old);
        cluster.addNode(old, true);
        awaitAdmitted(old);
        cluster.addPod("stays", old, Map.of("app", "stays"), false);

        fleet.verifier().kill();
        eventually("said", () -> cluster.condition(old).equals("Unknown VerifierFault"));
        String proper = cluster.name("proper");
        String careless = cluster.name("careless");
        cluster.addNode(proper, true);
        cluster.addNode(careless, false);
        eventually("new nodes wait", () -> !cluster.taints(careless).isEmpty());
        assertThat(cluster.taints(proper)).containsExactly("NoSchedule");
        assertThat(cluster.taints(old)).isEmpty();
        assertThat(cluster.isCordoned(old)).isFalse();
        assertThat(cluster.pod("stays")).isNotNull();

        fleet.verifier().start();
        eventually("back", () -> cluster.condition(old).equals("True Golden"));
        assertThat(cluster.pod("stays")).isNotNull();
        assertThat(host.isAgentAlive()).isTrue();
    }

    @Test
    @Order(6)
    void anotherControllerLeadsWhenTheLeaderIsGone() throws IOException {
        String watched = cluster.name("cordoned");
        long faults = cluster.events(watched).stream().filter("AssayVerifierFault"::equals).count();
        String before = cluster.leader();
        startController();
        controllers.getFirst().kill();
        eventually(
                "another leads",
                () -> !cluster.leader().equals(before) && !cluster.leader().isEmpty());
        assertThat(controllers.getLast().isAlive()).isTrue();
        String name = cluster.name("after");
        cluster.addNode(name, false);
        eventually("it works", () -> !cluster.taints(name).isEmpty());
        // Before it has asked the verifier it says nothing, least of all that nobody answers.
        assertThat(cluster.events(watched).stream().filter("AssayVerifierFault"::equals).count())
                .isEqualTo(faults);
    }

    /// Only what is asked of the mock can be known; a real API server would have refused already.
    @Test
    @Order(100)
    void theControllersRolesAllowWhatItAsksForAndNothingElse() throws IOException {
        MockCluster mock = cluster.mock();
        Assumptions.assumeTrue(mock != null, "a real API server keeps no record for us");
        Path base =
                Path.of(Objects.requireNonNull(System.getProperty("assay.root")))
                        .resolve("verifier/kubernetes/base/rbac.yaml");
        Rights.assertLeast(
                Objects.requireNonNull(mock),
                "controller",
                Granted.to("assay-controller", List.of(base)));
    }
}

package dev.assay.kubernetes;

import static org.awaitility.Awaitility.await;

import dev.assay.bytes.Bytes;
import dev.assay.signing.PrivateFiles;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The API server that a test speaks to: that of the kubeconfig in `assay.kubeconfig` (a system
/// property, or ASSAY_KUBECONFIG in the environment), else a {@link MockCluster}. Its nodes are
/// objects without a kubelet, and its pods run nowhere.
final class TestCluster implements AutoCloseable {
    private static final String TAINT = "assay.dev/not-golden";

    private final @Nullable MockCluster mock;
    private final KubernetesClient client;
    private final Path folder;
    private final String namespace;
    private final String suffix = UUID.randomUUID().toString().substring(0, 6);
    private final List<String> nodes = new ArrayList<>();

    TestCluster(Path folder) throws IOException {
        this.folder = folder;
        String given =
                Objects.requireNonNullElse(
                        System.getProperty("assay.kubeconfig"),
                        Objects.requireNonNullElse(System.getenv("ASSAY_KUBECONFIG"), ""));
        if (given.isEmpty()) {
            mock = new MockCluster();
            client = open(kubeconfig("test"));
            namespace = "assay";
        } else {
            mock = null;
            PrivateFiles.writeNew(
                    folder.resolve("given.kubeconfig"),
                    Bytes.copyOf(Files.readAllBytes(Path.of(given))));
            client = open(folder.resolve("given.kubeconfig"));
            namespace = "assay-it-" + suffix;
            client.namespaces()
                    .resource(
                            new NamespaceBuilder()
                                    .withNewMetadata()
                                    .withName(namespace)
                                    .endMetadata()
                                    .build())
                    .create();
        }
    }

    private static KubernetesClient open(Path kubeconfig) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
    }

    /// Null where it is a real one.
    @Nullable MockCluster mock() {
        return mock;
    }

    KubernetesClient client() {
        return client;
    }

    /// Of lease and pods.
    String namespace() {
        return namespace;
    }

    /// A name that no other run has.
    String name(String name) {
        return name + "-" + suffix;
    }

    /// @param user as the mock tells them apart; a real API server has the one given
    Path kubeconfig(String user) throws IOException {
        MockCluster server = mock;
        if (server == null) {
            return folder.resolve("given.kubeconfig");
        }
        Path file = folder.resolve(user + ".kubeconfig");
        Files.deleteIfExists(file);
        PrivateFiles.writeNew(
                file,
                Bytes.utf8(
                        """
                apiVersion: v1
                kind: Config
                clusters:
                  - name: mock
                    cluster: {server: "%s"}
                users:
                  - name: user
                    user: {token: "%s"}
                contexts:
                  - name: mock
                    context: {cluster: mock, user: user}
                current-context: mock
                """
                                .formatted(server.url(), user)));
        return file;
    }

    /// @param registersWithTaint as a kubelet does that was told to
    void addNode(String name, boolean registersWithTaint) {
        NodeBuilder node = new NodeBuilder().withNewMetadata().withName(name).endMetadata();
        if (registersWithTaint) {
            node.withNewSpec().addNewTaint("NoSchedule", TAINT, null, "unproved").endSpec();
        } else {
            node.withNewSpec().endSpec();
        }
        node.withNewStatus()
                .addToConditions(
                        new NodeConditionBuilder().withType("Ready").withStatus("True").build())
                .endStatus();
        client.nodes().resource(node.build()).create();
        nodes.add(name);
    }

    Node node(String name) {
        return client.nodes().withName(name).require();
    }

    /// Effects of our taint.
    SortedSet<String> taints(String name) {
        SortedSet<String> effects = new TreeSet<>();
        for (Taint taint : node(name).getSpec().getTaints()) {
            if (TAINT.equals(taint.getKey())) {
                effects.add(taint.getEffect());
            }
        }
        return effects;
    }

    /// Again where the controller wrote in between.
    void edit(String name, UnaryOperator<Node> change) {
        await("edit of " + name)
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptionsMatching(
                        failure ->
                                failure instanceof KubernetesClientException refused
                                        && refused.getCode() == HttpURLConnection.HTTP_CONFLICT)
                .until(() -> client.nodes().withName(name).edit(change) != null);
    }

    /// As a kubelet could where NodeRestriction is off, or an administrator by mistake.
    void removeTaints(String name) {
        edit(name, node -> node.edit().editSpec().withTaints(List.of()).endSpec().build());
    }

    boolean isCordoned(String name) {
        return Boolean.TRUE.equals(node(name).getSpec().getUnschedulable());
    }

    /// `True Golden`, as `kubectl describe node` shows it.
    String condition(String name) {
        return node(name).getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("AssayGolden"))
                .map((NodeCondition found) -> found.getStatus() + " " + found.getReason())
                .findFirst()
                .orElse("none");
    }

    /// Reasons of the events about a node.
    List<String> events(String node) {
        return client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(event -> node.equals(event.getInvolvedObject().getName()))
                .map(Event::getReason)
                .toList();
    }

    void addPod(String name, String node, Map<String, String> labels, boolean ofDaemonSet) {
        addPodTo(namespace, name, node, labels, ofDaemonSet);
    }

    void addPodTo(
            String place,
            String name,
            String node,
            Map<String, String> labels,
            boolean ofDaemonSet) {
        PodBuilder pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(place)
                        .withLabels(labels)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node)
                        .withTerminationGracePeriodSeconds(0L)
                        .addNewToleration()
                        .withOperator("Exists")
                        .endToleration()
                        .addNewContainer()
                        .withName("agent")
                        .withImage("registry.example/none")
                        .endContainer()
                        .endSpec();
        if (ofDaemonSet) {
            pod.editMetadata()
                    .addNewOwnerReference()
                    .withApiVersion("apps/v1")
                    .withKind("DaemonSet")
                    .withName("some")
                    .withUid(UUID.randomUUID().toString())
                    .withController(true)
                    .endOwnerReference()
                    .endMetadata();
        }
        if (mock != null) {
            pod.withNewStatus().withPhase("Running").endStatus();
        }
        client.pods().inNamespace(place).resource(pod.build()).create();
    }

    /// Null once it is gone; where it is ending it is gone too, since there is no kubelet that
    /// would end it.
    @Nullable Pod pod(String name) {
        Pod pod = client.pods().inNamespace(namespace).withName(name).get();
        if (pod != null && pod.getMetadata().getDeletionTimestamp() != null) {
            client.pods().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
            return null;
        }
        return pod;
    }

    /// At least one pod of the label must stay.
    void addBudget(String name, Map<String, String> labels) {
        client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .resource(
                        new PodDisruptionBudgetBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace(namespace)
                                .endMetadata()
                                .withNewSpec()
                                .withNewMinAvailable(1)
                                .withNewSelector()
                                .withMatchLabels(labels)
                                .endSelector()
                                .endSpec()
                                .build())
                .create();
    }

    void deleteBudget(String name) {
        client.policy().v1().podDisruptionBudget().inNamespace(namespace).withName(name).delete();
    }

    /// Who leads; empty where nobody does.
    String leader() {
        var lease = client.leases().inNamespace(namespace).withName("assay-controller").get();
        String holder = lease == null ? null : lease.getSpec().getHolderIdentity();
        return holder == null ? "" : holder;
    }

    @Override
    public void close() {
        if (mock == null) {
            nodes.forEach(node -> client.nodes().withName(node).delete());
            client.namespaces().withName(namespace).delete();
        }
        client.close();
        if (mock != null) {
            mock.close();
        }
    }
}

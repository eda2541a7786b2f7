package dev.assay.verifier.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is shipped is well-formed, says what was meant, and grants no more than it says. What the
/// roles grant is held against what is asked for where it is asked: in the system tests.
final class ManifestsTest {
    private static final Map<String, Object> ALL =
            Map.of("nodeReset.reboot", true, "nodeReset.delete", true);

    @ParameterizedTest
    @ValueSource(strings = {"base", "with-node-reset"})
    void kustomizeGivesTypedObjectsWithoutUnknownFields(String folder)
            throws IOException, InterruptedException {
        assertTyped(Manifests.kustomize(folder));
    }

    @Test
    void theChartGivesTypedObjectsWithoutUnknownFields() {
        assertTyped(Manifests.chart(Map.of()));
        assertTyped(
                Manifests.chart(
                        Map.of(
                                "nodeReset.reboot", true,
                                "nodeReset.delete", true,
                                "controller.observe", true,
                                "controller.evictDrifted", true,
                                "storage.className", "fast",
                                "createNamespaces", false)));
    }

    @Test
    void everyFileIsTypedWithoutUnknownFields() throws IOException {
        try (Stream<Path> files = Files.walk(Manifests.folder())) {
            List<Path> yaml =
                    files.filter(file -> file.toString().endsWith(".yaml"))
                            .filter(file -> !file.toString().contains("/chart/"))
                            .filter(file -> !file.endsWith("kustomization.yaml"))
                            .toList();
            assertThat(yaml).hasSizeGreaterThan(8);
            for (Path file : yaml) {
                assertTyped(Manifests.read(Files.readString(file)));
            }
        }
    }

    /// A scan that sees nothing would agree with everything.
    @Test
    void aFieldThatDoesNotExistIsSeen() {
        List<HasMetadata> objects =
                Manifests.read(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata:
                          name: a
                        spec:
                          ports:
                            - prot: 8443
                        """);
        assertThat(unknown(objects.getFirst())).containsExactly("prot");
    }

    private static void assertTyped(List<HasMetadata> objects) {
        assertThat(objects).isNotEmpty();
        for (HasMetadata object : objects) {
            assertThat(object.getClass().getName())
                    .as("type of %s", object.getKind())
                    .doesNotContain("GenericKubernetesResource");
            assertThat(unknown(object))
                    .as("%s %s", object.getKind(), object.getMetadata().getName())
                    .isEmpty();
        }
    }

    /// The client's types keep what they do not know in a map of their own.
    private static Set<String> unknown(Object value) {
        Set<String> found = new TreeSet<>();
        switch (value) {
            case Collection<?> many -> many.forEach(one -> found.addAll(unknown(one)));
            case Map<?, ?> map -> map.values().forEach(one -> found.addAll(unknown(one)));
            case KubernetesResource resource -> {
                for (Method method : resource.getClass().getMethods()) {
                    if (method.getName().startsWith("get") && method.getParameterCount() == 0) {
                        Object part = call(method, resource);
                        if (method.getName().equals("getAdditionalProperties")) {
                            ((Map<?, ?>) part).keySet().forEach(key -> found.add(key.toString()));
                        } else if (part != null) {
                            found.addAll(unknown(part));
                        }
                    }
                }
            }
            default -> {}
        }
        return found;
    }

    private static Object call(Method method, Object target) {
        try {
            return method.invoke(target);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @Test
    void theChartAndKustomizeGiveTheSameObjects() throws IOException, InterruptedException {
        assertSame(Manifests.chart(Map.of()), Manifests.kustomize("base"));
        assertSame(Manifests.chart(ALL), Manifests.kustomize("with-node-reset"));
    }

    private static void assertSame(List<HasMetadata> chart, List<HasMetadata> kustomize) {
        var wanted = Manifests.byName(kustomize);
        var found = Manifests.byName(chart);
        assertThat(found.keySet()).isEqualTo(wanted.keySet());
        wanted.forEach((name, object) -> assertThat(found.get(name)).as(name).isEqualTo(object));
    }

    private static Map<String, PodSpec> pods(List<HasMetadata> objects) {
        Map<String, PodSpec> pods = new TreeMap<>();
        for (HasMetadata object : objects) {
            PodTemplateSpec template =
                    switch (object) {
                        case StatefulSet set -> set.getSpec().getTemplate();
                        case Deployment deployment -> deployment.getSpec().getTemplate();
                        case DaemonSet set -> set.getSpec().getTemplate();
                        default -> null;
                    };
            if (template != null) {
                pods.put(object.getMetadata().getName(), template.getSpec());
            }
        }
        return pods;
    }

    private static PodSpec pod(String name, Map<String, Object> values) {
        return Objects.requireNonNull(pods(Manifests.chart(values)).get(name), name);
    }

    private static List<Container> containers(PodSpec pod) {
        return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                .toList();
    }

    @Test
    void everyContainerGivesUpAllRightsButThoseItNames() {
        Map<String, PodSpec> pods = pods(Manifests.chart(Map.of()));
        assertThat(pods.keySet())
                .containsExactly("assay-agent", "assay-controller", "assay-verifier");
        pods.forEach(
                (name, pod) -> {
                    for (Container container : containers(pod)) {
                        var rights = container.getSecurityContext();
                        assertThat(rights.getCapabilities().getDrop()).containsExactly("ALL");
                        assertThat(rights.getAllowPrivilegeEscalation()).isFalse();
                        assertThat(rights.getReadOnlyRootFilesystem()).isTrue();
                        assertThat(rights.getPrivileged()).isIn(null, false);
                        assertThat(rights.getCapabilities().getAdd().isEmpty())
                                .isEqualTo(!name.equals("assay-agent"));
                    }
                    assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                            .isEqualTo("RuntimeDefault");
                    assertThat(pod.getHostNetwork()).isNull();
                });
    }

    /// What a process of the node's root gets hold of, it can use.
    @Test
    void theAgentHasNoTokenOfTheClusterAndTheRunningOneNoneOfTheVerifier() {
        PodSpec agent = pod("assay-agent", ALL);
        assertThat(agent.getAutomountServiceAccountToken()).isFalse();
        assertThat(agent.getContainers().getFirst().getVolumeMounts())
                .extracting("name")
                .doesNotContain("enrol");
        assertThat(agent.getContainers().getFirst().getSecurityContext().getCapabilities().getAdd())
                .containsExactly("DAC_READ_SEARCH", "SYS_PTRACE", "KILL");
    }

    @Test
    void theAgentMeasuresTheHostAndReadsItOnly() {
        PodSpec agent = pod("assay-agent", Map.of());
        Container running = agent.getContainers().getFirst();
        assertThat(running.getName()).isEqualTo(KubernetesExecutor.CONTAINER);
        assertThat(running.getArgs()).contains("run", "--root=/host", "--kernel-from=/host");
        assertThat(running.getVolumeMounts())
                .filteredOn(mount -> mount.getName().equals("host"))
                .allMatch(mount -> Boolean.TRUE.equals(mount.getReadOnly()));
        List<String> reset =
                running.getArgs().stream()
                        .filter(argument -> argument.startsWith("--reset-command="))
                        .map(argument -> argument.substring("--reset-command=".length()))
                        .toList();
        assertThat(reset).isEqualTo(KubernetesExecutor.REBOOT);
    }

    @Test
    void theVerifierSeesTheClusterOnlyWhereItMayResetNodes() {
        assertThat(pod("assay-verifier", Map.of()).getAutomountServiceAccountToken()).isFalse();
        assertThat(pod("assay-verifier", ALL).getAutomountServiceAccountToken()).isTrue();
    }

    @Test
    void whatIsReferredToIsThere() {
        List<HasMetadata> objects = Manifests.chart(ALL);
        Set<String> accounts = names(ServiceAccount.class, objects);
        Set<String> priorities = names(PriorityClass.class, objects);
        Set<String> namespaces = names(Namespace.class, objects);
        assertThat(names(Service.class, objects)).containsExactly("assay-verifier");
        pods(objects)
                .forEach(
                        (name, pod) -> {
                            assertThat(accounts).contains(pod.getServiceAccountName());
                            assertThat(priorities).contains(pod.getPriorityClassName());
                        });
        for (HasMetadata object : objects) {
            String namespace = object.getMetadata().getNamespace();
            if (namespace != null && !namespace.equals(NodeEvents.NAMESPACE)) {
                assertThat(namespaces).contains(namespace);
            }
        }
    }

    private static Set<String> names(Class<? extends HasMetadata> type, List<HasMetadata> objects) {
        Set<String> names = new TreeSet<>();
        Manifests.of(type, objects).forEach(object -> names.add(object.getMetadata().getName()));
        return names;
    }

    /// Nobody is proved before a verifier runs; but what was judged gets none.
    @Test
    void theVerifierRunsOnNodesThatNobodyJudgedYetAndNotOnThoseThatWere() {
        for (String name : List.of("assay-verifier", "assay-controller")) {
            assertThat(pod(name, Map.of()).getTolerations())
                    .filteredOn(one -> NodeWish.TAINT.equals(one.getKey()))
                    .singleElement()
                    .satisfies(
                            one -> {
                                assertThat(one.getOperator()).isEqualTo("Equal");
                                assertThat(one.getValue()).isEqualTo("unproved");
                                assertThat(one.getEffect()).isEqualTo("NoSchedule");
                            });
        }
    }
}

package dev.assay.verifier.kubernetes;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/// What is shipped for a cluster, rendered as its users render it.
final class Manifests {
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private Manifests() {}

    static Path folder() {
        return Path.of(Objects.requireNonNull(System.getProperty("assay.root")))
                .resolve("verifier/kubernetes");
    }

    /// Skips the test where there is no kubectl.
    static List<HasMetadata> kustomize(String name) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(KUBECTL), "kubectl is not installed");
        Process process =
                new ProcessBuilder(
                                KUBECTL.toString(), "kustomize", folder().resolve(name).toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String yaml = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("kubectl kustomize " + name + " ended with an error");
        }
        return read(yaml);
    }

    /// By Helm itself, without a cluster and a network.
    static List<HasMetadata> chart(Map<String, Object> values) {
        var command = new Helm(folder().resolve("chart")).template().withName("assay");
        values.forEach(command::set);
        return read(command.withKubeVersion("1.34").call());
    }

    static List<HasMetadata> read(String yaml) {
        List<HasMetadata> objects = new ArrayList<>();
        for (String document : yaml.split("(?m)^---\\s*$", -1)) {
            if (document.lines().anyMatch(line -> line.startsWith("kind:"))) {
                objects.add(YAML.unmarshal(document));
            }
        }
        return objects;
    }

    /// As trees, in which the order of keys does not count, by kind, namespace and name.
    static Map<String, Map<?, ?>> byName(List<HasMetadata> objects) {
        Map<String, Map<?, ?>> byName = new TreeMap<>();
        for (HasMetadata object : objects) {
            String namespace = object.getMetadata().getNamespace();
            byName.put(
                    object.getKind()
                            + " "
                            + (namespace == null ? "" : namespace + "/")
                            + object.getMetadata().getName(),
                    YAML.unmarshal(YAML.asJson(object), Map.class));
        }
        return byName;
    }

    static <T extends HasMetadata> List<T> of(Class<T> type, List<HasMetadata> objects) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }
}

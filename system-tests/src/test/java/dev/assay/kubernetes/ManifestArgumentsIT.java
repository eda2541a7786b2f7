package dev.assay.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.rig.Programs;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The programs understand the arguments that the manifests give them. Asked for help they do
/// nothing else, and refuse an option that they do not know all the same.
final class ManifestArgumentsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir private Path folder;

    private static HasMetadata workload(String file) throws IOException {
        Path path =
                Path.of(Objects.requireNonNull(System.getProperty("assay.root")))
                        .resolve("verifier/kubernetes/base")
                        .resolve(file);
        KubernetesSerialization yaml = new KubernetesSerialization();
        for (String document : Files.readString(path).split("(?m)^---\\s*$", -1)) {
            HasMetadata object = yaml.unmarshal(document);
            if (object instanceof DaemonSet
                    || object instanceof Deployment
                    || object instanceof StatefulSet) {
                return object;
            }
        }
        throw new IOException(file + " has no workload");
    }

    /// The command's words, with help asked for behind the first.
    private static List<String> asking(List<String> words) {
        List<String> asking = new ArrayList<>(words);
        asking.add(1, "--help");
        return asking;
    }

    /// Of `attest-agent bootstrap …` in a shell's line.
    private static List<String> inShell(Container container, String program, String end) {
        String line = container.getArgs().getFirst();
        String command =
                line.substring(line.indexOf(program) + program.length(), line.indexOf(end));
        return List.of(command.strip().split("\\s+", -1));
    }

    @Test
    void theAgentUnderstandsTheDaemonSet() throws IOException, InterruptedException {
        var pod = ((DaemonSet) workload("agent.yaml")).getSpec().getTemplate().getSpec();
        Programs programs = Programs.ofSystemProperties();
        Path log = folder.resolve("agent.log");
        programs.runAgent(asking(pod.getContainers().getFirst().getArgs()), log, DEADLINE);
        programs.runAgent(
                asking(inShell(pod.getInitContainers().getFirst(), "attest-agent", "||")),
                log,
                DEADLINE);
        assertThat(log).content().contains("--kernel-from", "--token-file");
    }

    @Test
    void theVerifierUnderstandsTheOthers() throws IOException, InterruptedException {
        var verifier = ((StatefulSet) workload("verifier.yaml")).getSpec().getTemplate().getSpec();
        var controller =
                ((Deployment) workload("controller.yaml")).getSpec().getTemplate().getSpec();
        Programs programs = Programs.ofSystemProperties();
        Path log = folder.resolve("verifier.log");
        programs.runVerifier(asking(verifier.getContainers().getFirst().getArgs()), log, DEADLINE);
        programs.runVerifier(
                asking(controller.getContainers().getFirst().getArgs()), log, DEADLINE);
        String init = verifier.getInitContainers().getFirst().getArgs().getFirst();
        programs.runVerifier(
                asking(
                        List.of(
                                init.substring(init.indexOf("attest-verifier init") + 16)
                                        .strip()
                                        .split("\\s+", -1))),
                log,
                DEADLINE);
        assertThat(log).content().contains("--health-port", "--baseline-key");
    }
}

package dev.assay.verifier.kubernetes;

import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.kubernetes.KubernetesExecutor.NoTargetException;
import dev.assay.verifier.reset.Executor.Outcome;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The agent's pod on a node, and the one command that is run in it.
final class AgentPod {
    private static final int NO_STATUS = -1;

    private final KubernetesClient client;
    private final String namespace;

    AgentPod(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    Outcome reboot(String node, Duration timeout) throws InterruptedException, NoTargetException {
        Pod pod = on(node);
        ByteArrayOutputStream said = new Bounded();
        try (ExecWatch command =
                client.pods()
                        .inNamespace(namespace)
                        .withName(pod.getMetadata().getName())
                        .inContainer(KubernetesExecutor.CONTAINER)
                        .writingOutput(said)
                        .writingError(said)
                        .exec(KubernetesExecutor.REBOOT.toArray(String[]::new))) {
            Integer status = command.exitCode().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return ended(status == null ? NO_STATUS : status, output(said));
        } catch (ExecutionException lost) {
            return ended(NO_STATUS, output(said));
        } catch (TimeoutException e) {
            return new Outcome.Failed("the command in the agent's pod did not end", output(said));
        }
    }

    private static Outcome ended(int status, String output) {
        return switch (status) {
            case 0 -> new Outcome.Done(output, null);
            // A host that goes down takes the connection with it. Whether that was it, the next
            // boot says; another rung at once could break into a reboot that is under way.
            case NO_STATUS ->
                    new Outcome.Done("the connection was lost after the command " + output, null);
            default ->
                    new Outcome.Failed(
                            "the command in the agent's pod ended with " + status, output);
        };
    }

    private Pod on(String node) throws NoTargetException {
        List<Pod> pods =
                client
                        .pods()
                        .inNamespace(namespace)
                        .withLabel(KubernetesExecutor.AGENT_LABEL, KubernetesExecutor.AGENT)
                        .withField("spec.nodeName", node)
                        .list()
                        .getItems()
                        .stream()
                        .filter(pod -> node.equals(pod.getSpec().getNodeName()))
                        .filter(AgentPod::isAgent)
                        .toList();
        if (pods.size() != 1) {
            throw new NoTargetException(
                    pods.isEmpty()
                            ? "no pod of the agent runs on the node"
                            : "several pods of the agent run on the node");
        }
        return pods.getFirst();
    }

    /// A label is soon written; that a DaemonSet made it is more.
    private static boolean isAgent(Pod pod) {
        return pod.getStatus() != null
                && "Running".equals(pod.getStatus().getPhase())
                && pod.getMetadata().getDeletionTimestamp() == null
                && pod.getMetadata().getOwnerReferences().stream().anyMatch(NodeDrain::isDaemonSet);
    }

    private static String output(ByteArrayOutputStream said) {
        return KubernetesExecutor.printable(said.toString(StandardCharsets.UTF_8));
    }

    /// A pod that never stops speaking must not fill the verifier's memory.
    private static final class Bounded extends ByteArrayOutputStream {
        @Override
        public synchronized void write(int b) {
            if (count < Reset.MAX_OUTPUT_CHARS) {
                super.write(b);
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            int room = Math.max(0, Reset.MAX_OUTPUT_CHARS - count);
            super.write(bytes, offset, Math.min(length, room));
        }
    }
}

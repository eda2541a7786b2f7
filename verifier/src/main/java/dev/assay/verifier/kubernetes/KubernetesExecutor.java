package dev.assay.verifier.kubernetes;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.reset.Executor;
import dev.assay.verifier.reset.ResetTask;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Resets a host through the cluster that it is a node of.
///
/// `reboot` runs a command in the agent's pod on that node. The kubelet carries it out, so that a
/// host in an intruder's hands may say that it was done and do nothing: there is no receipt, and
/// the next rung follows where no new boot proves itself. The boot id in `status.nodeInfo` would be
/// no receipt either: it is the kubelet's own word.
///
/// `delete` removes the Node object, for a cluster where somebody (an autoscaler, Karpenter,
/// Cluster API) answers that by ending the machine. The API server's record of the deletion is the
/// platform's, but it says that an *object* is gone: a kubelet whose machine nobody ends registers
/// again. So it counts as a receipt only where the operator has said that deletion ends the machine
/// ({@link Settings#deletionEndsTheMachine}), where something held the object back until it had
/// done so (a finalizer), and where the object then went.
///
/// Neither a host's name nor anything else of a task becomes part of a command.
public final class KubernetesExecutor implements Executor, AutoCloseable {
    static final String AGENT_LABEL = "app.kubernetes.io/name";
    static final String AGENT = "assay-agent";
    static final String CONTAINER = "agent";

    /// SIGRTMIN+5 to process 1, which systemd answers with an orderly reboot. It needs no more than
    /// the host's process namespace and CAP_KILL.
    static final List<String> REBOOT = List.of("/bin/kill", "-39", "1");

    private final KubernetesClient client;
    private final Settings settings;
    private final AgentPod pods;

    /// How a node is reset.
    public enum Method {
        REBOOT,
        DELETE
    }

    /// @param name of the executor, as receipts tell it
    /// @param kubeconfig null for the pod's own service account
    /// @param namespace of the agent's pods
    /// @param deletionEndsTheMachine whether who runs the cluster says that a deleted Node's
    ///   machine is ended; without it a deletion gives no receipt
    public record Settings(
            String name,
            @Nullable Path kubeconfig,
            Method method,
            String namespace,
            boolean deletionEndsTheMachine) {}

    private KubernetesExecutor(KubernetesClient client, Settings settings) {
        this.client = client;
        this.settings = settings;
        this.pods = new AgentPod(client, settings.namespace());
    }

    /// Asks nobody yet: an API server that is away is an outcome of a reset.
    ///
    /// @throws IOException where the kubeconfig is none, or there is no service account
    public static KubernetesExecutor open(Settings settings) throws IOException {
        return of(Cluster.open(settings.kubeconfig()), settings);
    }

    static KubernetesExecutor of(KubernetesClient client, Settings settings) {
        return new KubernetesExecutor(client, settings);
    }

    @Override
    public Outcome reset(ResetTask task) throws InterruptedException {
        try {
            Node node = node(task);
            return switch (settings.method()) {
                case REBOOT -> pods.reboot(node.getMetadata().getName(), task.timeout());
                case DELETE -> delete(node, task.timeout());
            };
        } catch (NoTargetException e) {
            return new Outcome.Failed(printable(e.getMessage()), "");
        } catch (KubernetesClientException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return new Outcome.Failed(
                    "the cluster refused or did not answer: " + status(e),
                    printable(e.getMessage()));
        }
    }

    private static String status(KubernetesClientException e) {
        return e.getCode() == 0 ? "no connection" : "HTTP " + e.getCode();
    }

    /// By the same rule as nodes are admitted: what is ambiguous is nobody.
    private Node node(ResetTask task) throws NoTargetException {
        List<Node> nodes = client.nodes().list().getItems();
        List<Node> matching =
                nodes.stream()
                        .filter(node -> isOf(NodeFacts.of(node), task.host(), task.platformId()))
                        .toList();
        if (matching.size() != 1) {
            throw new NoTargetException(
                    matching.isEmpty()
                            ? "the cluster has no node for this host"
                            : "several nodes could be this host");
        }
        return matching.getFirst();
    }

    private static boolean isOf(NodeFacts node, String host, @Nullable String platformId) {
        return platformId == null ? node.name().equals(host) : platformId.equals(node.providerId());
    }

    /// The very object that was looked at: a machine may have been replaced meanwhile, and its
    /// successor bears the same name.
    private Outcome delete(Node node, Duration timeout) throws InterruptedException {
        NodeDeletion deletion = new NodeDeletion(client, node);
        NodeDeletion.Result result = deletion.run(timeout);
        String said = "node " + node.getMetadata().getName() + " uid " + result.uid();
        if (!result.gone()) {
            return new Outcome.Done(
                    said + " is being deleted, its finalizers hold it: " + result.finalizers(),
                    null);
        }
        boolean confirmed = settings.deletionEndsTheMachine() && result.deletedAt() != null;
        Receipt receipt =
                confirmed
                        ? new Receipt(
                                settings.name(),
                                result.uid(),
                                Objects.requireNonNull(result.deletedAt()))
                        : null;
        return new Outcome.Done(said + " is deleted", receipt);
    }

    static String printable(@Nullable String text) {
        String line = EscapedText.of(Bytes.utf8(text == null ? "" : text));
        int most = Reset.MAX_OUTPUT_CHARS;
        return line.length() <= most ? line : line.substring(0, most);
    }

    /// There is nothing that could be reset.
    static final class NoTargetException extends Exception {
        private static final long serialVersionUID = 1L;

        NoTargetException(String message) {
            super(message);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}

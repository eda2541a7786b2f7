package dev.assay.verifier.kubernetes;

import dev.assay.verifier.kubernetes.NodeWish.Policy;
import dev.assay.verifier.kubernetes.NodeWish.Status;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes every Node what the verifier says of its host, again and again: it looks at what is, not
/// at what happened, so that nothing that was missed, undone or half done stays so. Whoever takes
/// our taint off a node finds it back at the next look, a moment later.
///
/// A Node with the label {@value #EXEMPT} is left alone. Kubelets may not set labels of that prefix
/// where NodeRestriction is on; where it is off, an intruder with a kubelet's credentials may
/// exempt its node, and much else.
final class NodeController {
    static final String EXEMPT = "node-restriction.kubernetes.io/assay-exempt";

    private static final Logger LOG = LoggerFactory.getLogger(NodeController.class);

    /// Between two looks, however many events: a node that flaps must not keep the API server busy.
    private static final Duration BREATH = Duration.ofMillis(100);

    private final KubernetesClient client;
    private final HostApi hosts;
    private final Settings settings;
    private final InstantSource clock;
    private final NodeEvents events;
    private final Map<String, Past> pasts = new HashMap<>();
    private Instant led = Instant.MAX;
    private volatile Instant lastLook = Instant.MIN;

    /// @param resync after which everything is asked for again
    /// @param drainPause between two rounds of evictions
    record Settings(Policy policy, Duration resync, Duration drainPause) {}

    /// What this process knows of a Node object by itself.
    ///
    /// @param admitted whether the verifier admitted this very object when it last spoke
    /// @param told the last condition that was told as an event
    private record Past(boolean admitted, NodeWish.Condition told) {}

    NodeController(KubernetesClient client, HostApi hosts, Settings settings, InstantSource clock) {
        this.client = client;
        this.hosts = hosts;
        this.settings = settings;
        this.clock = clock;
        this.events = new NodeEvents(client, clock);
    }

    /// When it last looked at all nodes, or began to lead; the distant past where it never did.
    Instant lastLook() {
        return lastLook;
    }

    /// Leads until interrupted. What an earlier leadership of this process knew is forgotten:
    /// another has judged since.
    void lead() throws InterruptedException {
        pasts.clear();
        led = clock.instant();
        lastLook = led;
        Signal signal = new Signal();
        HostWatch watch = new HostWatch(hosts, settings.resync(), clock, signal::raise);
        Thread follower = Thread.ofVirtual().name("assay-hosts").start(watch);
        try (DrainRounds drains =
                        new DrainRounds(client, hosts, events, settings.drainPause(), signal);
                SharedIndexInformer<Node> nodes = nodes(signal)) {
            while (true) {
                signal.await(settings.resync());
                if (!nodes.isRunning()) {
                    throw new KubernetesClientException("the watch of nodes has ended");
                }
                HostWatch.Snapshot snapshot = watch.snapshot();
                if (snapshot.tried()) {
                    look(nodes.getStore().list(), snapshot, drains);
                    lastLook = clock.instant();
                }
                Thread.sleep(BREATH);
            }
        } finally {
            follower.interrupt();
            follower.join();
        }
    }

    private SharedIndexInformer<Node> nodes(Signal signal) {
        return client.nodes()
                .inform(
                        new ResourceEventHandler<Node>() {
                            @Override
                            public void onAdd(Node node) {
                                signal.raise();
                            }

                            @Override
                            public void onUpdate(Node before, Node node) {
                                signal.raise();
                            }

                            @Override
                            public void onDelete(Node node, boolean unknown) {
                                signal.raise();
                            }
                        });
    }

    private void look(List<Node> nodes, HostWatch.Snapshot snapshot, DrainRounds drains) {
        Collection<NodeFacts> facts = nodes.stream().map(NodeFacts::of).toList();
        HostTable table = new HostTable(snapshot.hosts(), facts);
        pasts.keySet().retainAll(facts.stream().map(NodeFacts::uid).toList());
        for (Node node : nodes) {
            if (isExempt(node)) {
                continue;
            }
            NodeFacts fact = NodeFacts.of(node);
            try {
                look(node, fact, table.find(fact), snapshot, drains);
            } catch (KubernetesClientException e) {
                failed(fact, e);
            }
        }
    }

    private static boolean isExempt(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels != null && "true".equals(labels.get(EXEMPT));
    }

    private void look(
            Node node,
            NodeFacts fact,
            HostTable.Match match,
            HostWatch.Snapshot snapshot,
            DrainRounds drains) {
        HostSays host = match.host();
        Past past = pasts.get(fact.uid());
        boolean keeps = past == null ? !fact.created().isAfter(led) : past.admitted();
        NodeWish wish =
                NodeWish.of(testimony(host, match, snapshot), fact, keeps, settings.policy());
        boolean changed = write(node, fact, wish);
        tell(node, fact, wish, past, changed);
        boolean silent =
                snapshot.silence() != null
                        || (host != null && host.state() == HostSays.State.VERIFIER_FAULT);
        boolean admitted = silent ? keeps : wish.condition().status() == Status.TRUE;
        pasts.put(fact.uid(), new Past(admitted, wish.condition()));
        Instant drainBy = wish.drainBy();
        if (host != null && drainBy != null && clock.instant().isBefore(drainBy)) {
            drains.want(fact, host.name(), drainBy);
        }
    }

    private static Testimony testimony(
            @Nullable HostSays host, HostTable.Match match, HostWatch.Snapshot snapshot) {
        if (snapshot.silence() != null) {
            String before = host == null ? "" : "; it said before: " + host.because();
            return new Testimony.Silence(
                    "the verifier does not answer: " + snapshot.silence() + before);
        }
        return host == null ? new Testimony.Nobody(match.why()) : new Testimony.Said(host);
    }

    /// Whether the spec was not as it should be.
    private boolean write(Node node, NodeFacts fact, NodeWish wish) {
        ObjectNode spec = NodeEdit.ofSpec(node, wish);
        if (spec != null) {
            client.nodes()
                    .withName(fact.name())
                    .patch(PatchContext.of(PatchType.JSON_MERGE), spec.toString());
        }
        ObjectNode status = NodeEdit.ofStatus(node, wish.condition(), clock.instant());
        if (status != null) {
            client.nodes()
                    .withName(fact.name())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), status.toString());
        }
        return spec != null;
    }

    /// Once for each change of what is wished, whatever a node does to its own condition: a node
    /// cannot make this program write events without end.
    private void tell(
            Node node, NodeFacts fact, NodeWish wish, @Nullable Past past, boolean changed) {
        NodeWish.Condition now = wish.condition();
        boolean same;
        if (past == null) {
            var present = NodeEdit.condition(node);
            same =
                    present != null
                            && now.status().word().equals(present.getStatus())
                            && now.reason().equals(present.getReason());
        } else {
            same =
                    past.told().status() == now.status()
                            && past.told().reason().equals(now.reason());
        }
        if (!same) {
            events.tell(fact, now.status() == Status.TRUE, "Assay" + now.reason(), now.message());
        } else if (changed && past != null && now.status() != Status.TRUE) {
            // The same was written before, and this write named the version that it undoes: what we
            // saw was no memory of an earlier state, which the API server would have refused.
            events.tell(
                    fact,
                    false,
                    "AssayRestored",
                    "somebody undid what this node's state asks for; it is restored: "
                            + now.message());
        }
    }

    private static void failed(NodeFacts node, KubernetesClientException e) {
        if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
                || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
            // Somebody else wrote first, or it is gone; the watch wakes us.
            return;
        }
        LOG.atWarn()
                .addKeyValue("node", node.name())
                .addKeyValue("why", e.getMessage())
                .log("node not written");
    }
}

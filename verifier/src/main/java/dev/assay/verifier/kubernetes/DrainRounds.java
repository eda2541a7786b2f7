package dev.assay.verifier.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The drains that go on, each on a thread of its own, so that a node that cannot be emptied delays
/// no other's taint. A drain is asked for at every look and does one round; the verifier's deadline
/// ends it, since the host is reset then whatever runs on it.
final class DrainRounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DrainRounds.class);
    private static final int AT_ONCE = 16;
    private static final int NAMED = 5;
    private static final Duration STOP = Duration.ofSeconds(5);

    private final NodeDrain drain;
    private final HostApi hosts;
    private final NodeEvents events;
    private final Duration pause;
    private final Signal signal;
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Set<String> complained = ConcurrentHashMap.newKeySet();
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopping;

    DrainRounds(
            KubernetesClient client,
            HostApi hosts,
            NodeEvents events,
            Duration pause,
            Signal signal) {
        this.drain = new NodeDrain(client);
        this.hosts = hosts;
        this.events = events;
        this.pause = pause;
        this.signal = signal;
    }

    /// Does a round, unless one is under way.
    void want(NodeFacts node, String host, Instant drainBy) {
        if (!running.add(node.uid())) {
            return;
        }
        threads.execute(
                () -> {
                    try {
                        slots.acquire();
                        try {
                            round(node, host, drainBy);
                        } finally {
                            slots.release();
                        }
                        // The next round is asked for at the look that this wakes.
                        Thread.sleep(pause);
                    } catch (InterruptedException deposed) {
                        Thread.currentThread().interrupt();
                    } finally {
                        running.remove(node.uid());
                        signal.raise();
                    }
                });
    }

    private void round(NodeFacts node, String host, Instant drainBy) throws InterruptedException {
        try {
            NodeDrain.Round round = drain.round(node.name(), () -> !stopping);
            if (round.isEmpty() && !stopping) {
                hosts.drained(host);
                LOG.atInfo().addKeyValue("node", node.name()).log("drained");
            } else if (!round.refused().isEmpty() && complained.add(node.uid() + drainBy)) {
                events.tell(
                        node,
                        false,
                        "AssayDrainBlocked",
                        "cannot be evicted now, asked again until "
                                + drainBy
                                + ": "
                                + first(round.refused()));
            }
        } catch (IOException | KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("node", node.name())
                    .addKeyValue("why", e.getMessage())
                    .log("round of the drain failed");
        }
    }

    private static String first(SortedSet<String> pods) {
        List<String> named = pods.stream().limit(NAMED).toList();
        int more = pods.size() - named.size();
        return String.join(", ", named) + (more == 0 ? "" : " and " + more + " more");
    }

    /// Returns when no eviction of this leadership is under way any more.
    @Override
    public void close() {
        stopping = true;
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("an eviction outlives its leader");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

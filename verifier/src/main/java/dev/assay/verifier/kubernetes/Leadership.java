package dev.assay.verifier.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One of several processes leads at a time, by a Lease. Who cannot renew it stops before another
/// may take it; should two lead for a moment all the same, both write the same, since both ask the
/// same verifier, and each write of a Node names the version that it was made from.
final class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final KubernetesClient client;
    private final String namespace;
    private final String identity;
    private final Times times;
    private volatile boolean leads;

    /// @param lease after which another may take it
    /// @param renew after which who cannot renew it stops
    /// @param retry between two tries
    record Times(Duration lease, Duration renew, Duration retry) {
        static final Times USUAL =
                new Times(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    }

    /// What a leader does, until it is interrupted.
    @FunctionalInterface
    interface Work {
        void lead() throws InterruptedException;
    }

    Leadership(KubernetesClient client, String namespace, String identity, Times times) {
        this.client = client;
        this.namespace = namespace;
        this.identity = identity;
        this.times = times;
    }

    boolean leads() {
        return leads;
    }

    /// Stands for election for ever, and works while elected. Gives the lease back when
    /// interrupted.
    void stand(Work work) throws InterruptedException {
        try (ExecutorService electing = Executors.newSingleThreadExecutor()) {
            while (true) {
                Term term = new Term(work);
                CompletableFuture<?> election = elector(term, electing).start();
                term.end = () -> election.cancel(true);
                try {
                    election.get();
                } catch (ExecutionException | CancellationException e) {
                    LOG.atWarn().addKeyValue("why", e.getMessage()).log("election broke off");
                } finally {
                    // In this order: cancelling gives the lease away.
                    term.stop();
                    election.cancel(true);
                }
                Thread.sleep(times.retry());
            }
        }
    }

    private LeaderElector elector(Term term, ExecutorService electing) {
        return new LeaderElector(
                client,
                new LeaderElectionConfigBuilder()
                        .withName(KubernetesController.LEASE)
                        .withLock(new LeaseLock(namespace, KubernetesController.LEASE, identity))
                        .withLeaseDuration(times.lease())
                        .withRenewDeadline(times.renew())
                        .withRetryPeriod(times.retry())
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(
                                new LeaderCallbacks(
                                        term::start,
                                        term::stop,
                                        leader -> {
                                            LOG.atInfo()
                                                    .addKeyValue("leader", String.valueOf(leader))
                                                    .log("leader");
                                        }))
                        .build(),
                electing);
    }

    /// One time in office.
    private final class Term {
        private final Work work;
        private volatile Runnable end = () -> {};
        private @Nullable Thread thread;
        private boolean over;

        Term(Work work) {
            this.work = work;
        }

        synchronized void start() {
            if (!over) {
                leads = true;
                thread = Thread.ofPlatform().name("assay-leader").start(this::lead);
            }
        }

        private void lead() {
            try {
                work.lead();
            } catch (InterruptedException deposed) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // A leader that does nothing must not keep the lease. Another may do better; this
                // one stands again.
                LOG.atWarn().setCause(e).log("cannot lead");
                end.run();
            }
        }

        /// Returns when the work has ended, so that the lease is not given away before it.
        synchronized void stop() {
            over = true;
            leads = false;
            Thread working = thread;
            thread = null;
            if (working != null && working != Thread.currentThread()) {
                working.interrupt();
                try {
                    working.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}

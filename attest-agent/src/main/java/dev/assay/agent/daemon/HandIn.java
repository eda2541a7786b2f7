package dev.assay.agent.daemon;

import dev.assay.agent.exhibit.Drifted;
import dev.assay.agent.exhibit.ExhibitCollector;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.reset.Deed;
import dev.assay.agent.verifierclient.VerifierClient;
import dev.assay.agent.verifierclient.VerifierClient.Asker;
import dev.assay.agent.verifierclient.VerifierClient.Deadlines;
import dev.assay.agent.verifierclient.VerifierException;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.ResetOrder;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/// Collects exhibits and hands them in, over a connection of its own: the daemon goes on attesting
/// over the other one.
final class HandIn implements Deed {
    /// For all of it.
    static final Duration LIMIT = Duration.ofSeconds(10);

    /// For collecting: half of it, so that the other half is there for a slow verifier.
    static final Duration COLLECTING = Duration.ofSeconds(5);

    private static final EventLog LOG = EventLog.of(HandIn.class);

    private final ExhibitCollector collector;
    private final Drifted drifted;
    private final Asker asker;
    private final Function<Deadlines, VerifierClient> clients;
    private final InstantSource clock;
    private final String agent;

    HandIn(
            ExhibitCollector collector,
            Drifted drifted,
            Asker asker,
            Function<Deadlines, VerifierClient> clients,
            InstantSource clock,
            String agent) {
        this.collector = collector;
        this.drifted = drifted;
        this.asker = asker;
        this.clients = clients;
        this.clock = clock;
        this.agent = agent;
    }

    @Override
    public String name() {
        return "exhibits";
    }

    @Override
    public Duration limit() {
        return LIMIT;
    }

    @Override
    public void carryOut(ResetOrder order) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Exhibits exhibits =
                collector.collect(
                        new ExhibitCollector.Occasion(
                                asker.host(), asker.boot(), order.id(), clock.instant(), agent),
                        drifted,
                        COLLECTING);
        Bytes packed = exhibits.pack();
        Duration left = LIMIT.minusNanos(System.nanoTime() - began);
        try (VerifierClient client = clients.apply(new Deadlines(left, left, left))) {
            client.handIn(asker, order.id(), packed);
        } catch (VerifierException e) {
            throw new IOException("not handed in: " + e.getMessage(), e);
        }
        LOG.info(
                "exhibits-handed-in",
                "order",
                order.id(),
                "files",
                exhibits.files().size(),
                "bytes",
                packed.length());
    }
}

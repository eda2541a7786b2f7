package dev.assay.verifier.kubernetes;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what the verifier says at hand. The feed only wakes: it names the hosts to ask for again;
/// every now and then all of them are asked for, so that a lost event costs no more than that time.
final class HostWatch implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(HostWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final HostApi api;
    private final Duration resync;
    private final InstantSource clock;
    private final Runnable changed;
    private volatile Snapshot snapshot = new Snapshot(List.of(), null, false);

    /// @param changed called when there is a new snapshot
    HostWatch(HostApi api, Duration resync, InstantSource clock, Runnable changed) {
        this.api = api;
        this.resync = resync;
        this.clock = clock;
        this.changed = changed;
    }

    /// @param silence why nothing new is known; null where the verifier answers
    /// @param tried whether it was asked at all: before that nothing may be concluded
    record Snapshot(Collection<HostSays> hosts, @Nullable String silence, boolean tried) {}

    Snapshot snapshot() {
        return snapshot;
    }

    /// Until interrupted.
    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    follow();
                } catch (IOException e) {
                    silent(e);
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException deposed) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() throws IOException, InterruptedException {
        // First the cursor, then the hosts: what happens between the two is told twice, not never.
        long cursor = api.newest();
        Map<String, HostSays> hosts = new HashMap<>();
        Instant next = Instant.MIN;
        while (true) {
            Instant now = clock.instant();
            if (!now.isBefore(next)) {
                hosts.clear();
                api.all().forEach(host -> hosts.put(host.name(), host));
                next = now.plus(resync);
            } else {
                HostApi.Changes changes = api.changes(cursor, Duration.between(now, next));
                for (String name : changes.hosts()) {
                    HostSays host = api.one(name);
                    if (host == null) {
                        hosts.remove(name);
                    } else {
                        hosts.put(name, host);
                    }
                }
                cursor = changes.next();
            }
            publish(new Snapshot(List.copyOf(hosts.values()), null, true));
        }
    }

    private void silent(IOException failure) {
        Snapshot before = snapshot;
        String since = before.silence();
        if (since == null) {
            LOG.atWarn().addKeyValue("why", failure.getMessage()).log("the verifier is silent");
            since = "since " + clock.instant().truncatedTo(ChronoUnit.SECONDS);
        }
        publish(new Snapshot(before.hosts(), since, true));
    }

    private void publish(Snapshot next) {
        snapshot = next;
        changed.run();
    }
}

package dev.assay.verifier.reset;

import dev.assay.verifier.feed.Feed;
import dev.assay.verifier.fleet.FleetStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Removes what nobody needs any more: old events, and resets that ended long ago.
///
/// The boot ids that a name has shown are kept for ever: one that was removed would count as never
/// seen, and whoever kept a key and an old boot id could prove a reset with it. They are 60 bytes
/// each.
public final class Retention {
    public static final Duration RESETS = Duration.ofDays(90);

    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final Feed feed;
    private final FleetStore store;
    private final Clock clock;
    private Instant next;

    public Retention(Feed feed, FleetStore store, Clock clock) {
        this.feed = feed;
        this.store = store;
        this.clock = clock;
        this.next = clock.instant();
    }

    /// Does a little, at most once a minute.
    public synchronized void prune() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(PERIOD);
        feed.prune(now);
        store.pruneResets(now.minus(RESETS));
    }
}

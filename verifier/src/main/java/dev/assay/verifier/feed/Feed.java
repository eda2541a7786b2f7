package dev.assay.verifier.feed;

import dev.assay.verifier.refusal.NotBuilt;
import dev.assay.verifier.fleet.Event;
import java.time.Duration;
import java.util.List;

/// The events in their order, durable, for as many readers as there are, each with a cursor of its
/// own.
public final class Feed {
    public static final int MAX_LIMIT = 1000;
    public static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /// @param after the cursor of the last event that the reader has; 0 for the beginning
    public List<Event> after(long after, int limit) { return NotBuilt.yet(); }

    /// Waits until there is an event after the cursor, at most `wait`; empty where none came.
    public List<Event> await(long after, int limit, Duration wait) throws InterruptedException { return NotBuilt.yet(); }

    /// The cursor of the newest event; 0 where there is none.
    public long newest() { return NotBuilt.yet(); }
}

package dev.assay.verifier.feed;

import dev.assay.verifier.fleet.Event;
import java.time.Instant;
import java.util.List;

/// Where the events are read from; they are written by those who make them happen.
public interface EventStore {
    List<Event> eventsAfter(long cursor, int limit);

    long newestCursor();

    /// Removes the oldest events that are neither among the newest `keep` nor younger than
    /// `before`, and at most `limit`, so that the one writer is not held up; what is left has no
    /// gaps.
    ///
    /// @return how many
    int prune(long keep, Instant before, int limit);
}

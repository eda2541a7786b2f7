package dev.assay.verifier.feed;

import dev.assay.verifier.fleet.Event;
import java.util.List;

/// Where the events are read from; they are written by those who make them happen.
public interface EventStore {
    List<Event> eventsAfter(long cursor, int limit);

    long newestCursor();
}

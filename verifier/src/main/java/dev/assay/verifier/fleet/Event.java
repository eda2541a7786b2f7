package dev.assay.verifier.fleet;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Something that happened, written in the transaction that made it happen.
///
/// @param cursor grows with every event; 0 until it is written
/// @param host null where it is not about one
/// @param details by name, for machines; `because` is for people
public record Event(
        long cursor,
        Instant at,
        EventType type,
        @Nullable String host,
        @Nullable String group,
        SortedMap<String, String> details) {
    public Event {
        details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }

    public static Event of(Instant at, EventType type, Host host, Map<String, String> details) {
        return new Event(0, at, type, host.name(), host.group(), new TreeMap<>(details));
    }

    public static Event ofGroup(
            Instant at, EventType type, String group, Map<String, String> details) {
        return new Event(0, at, type, null, group, new TreeMap<>(details));
    }

    public Event withCursor(long newCursor) {
        return new Event(newCursor, at, type, host, group, details);
    }
}

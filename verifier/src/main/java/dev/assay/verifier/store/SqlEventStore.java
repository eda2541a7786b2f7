package dev.assay.verifier.store;

import dev.assay.verifier.feed.EventStore;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// Events in SQL. The one writer numbers them without gaps, in the order in which they are
/// committed: a reader's cursor never passes one that is not there yet.
public final class SqlEventStore implements EventStore {
    private final Database database;

    public SqlEventStore(Database database) {
        this.database = database;
    }

    static void append(Handle handle, Event event) {
        handle.execute(
                "INSERT INTO events (cursor_id, happened_at, type, host, group_name, details)"
                        + " VALUES ((SELECT COALESCE(MAX(cursor_id), 0) + 1 FROM events),"
                        + " ?, ?, ?, ?, ?)",
                event.at().toEpochMilli(),
                event.type().wire(),
                event.host(),
                event.group(),
                Documents.write(event.details()));
    }

    @Override
    public List<Event> eventsAfter(long cursor, int limit) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT * FROM events WHERE cursor_id > :after"
                                                + " ORDER BY cursor_id LIMIT :limit")
                                .bind("after", cursor)
                                .bind("limit", limit)
                                .map(
                                        (row, context) ->
                                                new Event(
                                                        row.getLong("cursor_id"),
                                                        Instant.ofEpochMilli(
                                                                row.getLong("happened_at")),
                                                        EventType.of(row.getString("type")),
                                                        row.getString("host"),
                                                        row.getString("group_name"),
                                                        details(row.getString("details"))))
                                .list());
    }

    private static SortedMap<String, String> details(String json) {
        SortedMap<String, String> details = new TreeMap<>();
        Map<?, ?> read = Documents.read(json, Map.class);
        read.forEach((name, value) -> details.put(name.toString(), value.toString()));
        return details;
    }

    @Override
    public int prune(long keep, Instant before, int limit) {
        return database.write(
                handle -> {
                    long newest = cursor(handle, "SELECT COALESCE(MAX(cursor_id), 0) FROM events");
                    long oldest = cursor(handle, "SELECT COALESCE(MIN(cursor_id), 0) FROM events");
                    long end = Math.min(newest - keep, oldest + limit - 1);
                    if (oldest == 0 || end < oldest) {
                        return 0;
                    }
                    // The first that is young ends it: the feed is cut at its beginning only.
                    return handle.execute(
                            "DELETE FROM events WHERE cursor_id <= ? AND cursor_id <"
                                    + " COALESCE((SELECT MIN(cursor_id) FROM events"
                                    + " WHERE cursor_id <= ? AND happened_at >= ?), ?)",
                            end,
                            end,
                            before.toEpochMilli(),
                            end + 1);
                });
    }

    private static long cursor(Handle handle, String sql) {
        return handle.createQuery(sql).mapTo(Long.class).one();
    }

    @Override
    public long newestCursor() {
        return database.read(
                handle ->
                        handle.createQuery("SELECT COALESCE(MAX(cursor_id), 0) FROM events")
                                .mapTo(Long.class)
                                .one());
    }
}

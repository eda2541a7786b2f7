package dev.assay.verifier.store;

import dev.assay.evidence.BootId;
import dev.assay.tree.Digest;
import dev.assay.verifier.fleet.Sighting;
import dev.assay.verifier.fleet.StoredDrift;
import dev.assay.verifier.incident.IncidentStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/// Incidents in SQL, portable between SQLite and PostgreSQL. Written in the transaction of the
/// drift.
public final class SqlIncidentStore implements IncidentStore {
    /// Of one host; then its oldest go.
    public static final int MAX_OF_HOST = 64;

    private static final String SELECT = "SELECT id, first_at, last_at, document FROM incidents ";
    private static final String SELECT_HOSTS =
            "SELECT incident, host, group_name, first_at, last_at, boots, last_boot,"
                    + " first_measurement, after_reset FROM incident_hosts ";

    private final Database database;

    public SqlIncidentStore(Database database) {
        this.database = database;
    }

    static void record(Handle handle, Sighting sighting) {
        String id = sighting.summary().incident().hex();
        long at = sighting.at().toEpochMilli();
        int known =
                handle.execute(
                        "UPDATE incidents SET last_at = CASE WHEN last_at < ? THEN ? ELSE last_at END"
                                + " WHERE id = ?",
                        at,
                        at,
                        id);
        if (known == 0) {
            handle.execute(
                    "INSERT INTO incidents (id, first_at, last_at, document, drift)"
                            + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                    id,
                    at,
                    at,
                    Documents.write(Summary.of(sighting.summary(), sighting.drift())),
                    Documents.writeDrift(sighting.drift()));
        }
        recordHost(handle, sighting, id, at);
        Digest explained = sighting.explains();
        if (explained != null) {
            remove(handle, explained.hex(), sighting.host());
        }
    }

    private static void recordHost(Handle handle, Sighting sighting, String id, long at) {
        int afterReset = sighting.afterReset() ? 1 : 0;
        int known =
                handle.execute(
                        "UPDATE incident_hosts SET boots = boots + CASE WHEN last_boot = ? THEN 0"
                                + " ELSE 1 END, last_boot = ?, last_at = ?, group_name = ?,"
                                + " after_reset = CASE WHEN after_reset = 1 THEN 1 ELSE ? END"
                                + " WHERE incident = ? AND host = ?",
                        sighting.boot().value(),
                        sighting.boot().value(),
                        at,
                        sighting.group(),
                        afterReset,
                        id,
                        sighting.host());
        if (known == 0) {
            handle.execute(
                    "INSERT INTO incident_hosts (incident, host, group_name, first_at, last_at,"
                            + " boots, last_boot, first_measurement, after_reset)"
                            + " VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)",
                    id,
                    sighting.host(),
                    sighting.group(),
                    at,
                    at,
                    sighting.boot().value(),
                    sighting.summary().firstMeasurement() ? 1 : 0,
                    afterReset);
            bound(handle, sighting.host());
        }
    }

    private static void bound(Handle handle, String host) {
        List<String> old =
                handle.createQuery(
                                "SELECT incident FROM incident_hosts WHERE host = :host"
                                        + " ORDER BY last_at DESC, incident LIMIT 1000 OFFSET "
                                        + MAX_OF_HOST)
                        .bind("host", host)
                        .mapTo(String.class)
                        .list();
        for (String incident : old) {
            remove(handle, incident, host);
        }
    }

    private static void remove(Handle handle, String incident, String host) {
        handle.execute(
                "DELETE FROM incident_hosts WHERE incident = ? AND host = ?", incident, host);
        handle.execute(
                "DELETE FROM incidents WHERE id = ? AND NOT EXISTS"
                        + " (SELECT 1 FROM incident_hosts WHERE incident = ?)",
                incident,
                incident);
    }

    private record Row(String id, Instant firstAt, Instant lastAt, Summary summary) {
        static Row of(ResultSet row, StatementContext context) throws SQLException {
            return new Row(
                    row.getString("id"),
                    Instant.ofEpochMilli(row.getLong("first_at")),
                    Instant.ofEpochMilli(row.getLong("last_at")),
                    Documents.read(row.getString("document"), Summary.class));
        }

        Kept with(List<Showing> shown) {
            return new Kept(Digest.ofHex(id), firstAt, lastAt, summary, shown);
        }
    }

    private record OnHost(String incident, Showing showing) {
        static OnHost of(ResultSet row, StatementContext context) throws SQLException {
            return new OnHost(
                    row.getString("incident"),
                    new Showing(
                            row.getString("host"),
                            row.getString("group_name"),
                            Instant.ofEpochMilli(row.getLong("first_at")),
                            Instant.ofEpochMilli(row.getLong("last_at")),
                            row.getInt("boots"),
                            new BootId(row.getString("last_boot")),
                            row.getInt("first_measurement") == 1,
                            row.getInt("after_reset") == 1));
        }
    }

    @Override
    public List<Kept> newest(int limit) {
        String some = "ORDER BY last_at DESC, id LIMIT " + Math.clamp(limit, 1, 100_000);
        return database.read(
                handle -> {
                    List<Row> rows = handle.createQuery(SELECT + some).map(Row::of).list();
                    Map<String, List<Showing>> shown = new HashMap<>();
                    handle.createQuery(
                                    SELECT_HOSTS
                                            + "WHERE incident IN (SELECT id FROM incidents "
                                            + some
                                            + ")")
                            .map(OnHost::of)
                            .forEach(
                                    one ->
                                            shown.computeIfAbsent(
                                                            one.incident(), id -> new ArrayList<>())
                                                    .add(one.showing()));
                    return rows.stream()
                            .filter(row -> shown.containsKey(row.id()))
                            .map(row -> row.with(shown.getOrDefault(row.id(), List.of())))
                            .toList();
                });
    }

    @Override
    public Optional<Kept> find(Digest id) {
        return database.read(
                handle -> {
                    List<Showing> shown =
                            handle.createQuery(SELECT_HOSTS + "WHERE incident = :id")
                                    .bind("id", id.hex())
                                    .map(OnHost::of)
                                    .map(OnHost::showing)
                                    .list();
                    return handle.createQuery(SELECT + "WHERE id = :id")
                            .bind("id", id.hex())
                            .map(Row::of)
                            .findOne()
                            .filter(row -> !shown.isEmpty())
                            .map(row -> row.with(shown));
                });
    }

    /// By its place in the order of ids: a pattern match would not use the index.
    @Override
    public List<Digest> startingWith(String prefix, int limit) {
        return database.read(
                handle ->
                        handle
                                .createQuery(
                                        "SELECT id FROM incidents WHERE id >= :prefix"
                                                + " AND id < :end ORDER BY id LIMIT "
                                                + Math.clamp(limit, 1, 1000))
                                .bind("prefix", prefix)
                                .bind("end", prefix + "g")
                                .mapTo(String.class)
                                .list()
                                .stream()
                                .map(Digest::ofHex)
                                .toList());
    }

    @Override
    public Optional<StoredDrift> drift(Digest id) {
        return database.read(
                handle ->
                        handle.createQuery("SELECT drift FROM incidents WHERE id = :id")
                                .bind("id", id.hex())
                                .mapTo(String.class)
                                .findOne()
                                .map(Documents::readDrift));
    }

    @Override
    public void prune(Instant before, int most) {
        database.run(
                handle -> {
                    handle.execute(
                            "DELETE FROM incidents WHERE last_at < ?", before.toEpochMilli());
                    handle.execute(
                            "DELETE FROM incidents WHERE id IN (SELECT id FROM incidents"
                                    + " ORDER BY last_at DESC, id LIMIT 100000 OFFSET "
                                    + most
                                    + ")");
                    handle.execute(
                            "DELETE FROM incident_hosts WHERE incident NOT IN"
                                    + " (SELECT id FROM incidents)");
                });
    }
}

package dev.assay.verifier.store;

import dev.assay.evidence.BootId;
import dev.assay.signing.Envelope;
import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.Token;
import dev.assay.verifier.fleet.Boot;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.FleetStore;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.History;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Sighting;
import dev.assay.verifier.fleet.StoredDrift;
import dev.assay.verifier.fleet.Transition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/// The fleet in SQL, portable between SQLite and PostgreSQL.
public final class SqlFleetStore implements FleetStore {
    private static final String BY_NAME = "name";
    private static final String BY_KEY = "key";
    private static final String BY_TPM = "tpm";
    private static final String BANNED = "SELECT COUNT(*) FROM bans WHERE kind = ? AND value = ?";

    private final Database database;

    public SqlFleetStore(Database database) {
        this.database = database;
    }

    @Override
    public List<StoredHost> loadHosts() {
        return database.read(
                handle -> handle.createQuery(HostRow.SELECT).map(HostRow::read).list());
    }

    @Override
    public Optional<StoredHost> loadHost(String name) {
        return database.read(
                handle ->
                        handle.createQuery(HostRow.SELECT + " WHERE name = :name")
                                .bind("name", name)
                                .map(HostRow::read)
                                .findOne());
    }

    @Override
    public List<GroupSettings> loadGroups() {
        return documents("SELECT document FROM host_groups", GroupSettings.class);
    }

    private <T> List<T> documents(String sql, Class<T> type) {
        return database.read(
                handle ->
                        handle.createQuery(sql)
                                .map((row, context) -> Documents.read(row.getString(1), type))
                                .list());
    }

    @Override
    public List<StoredBaseline> loadBaselines() {
        return database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT envelope, published_at, retired_at,"
                                                + " expiry_told_at FROM baselines")
                                .map(
                                        (row, context) -> {
                                            long retired = row.getLong("retired_at");
                                            return new StoredBaseline(
                                                    Documents.read(
                                                            row.getString("envelope"),
                                                            Envelope.class),
                                                    Instant.ofEpochMilli(
                                                            row.getLong("published_at")),
                                                    retired == 0
                                                            ? null
                                                            : Instant.ofEpochMilli(retired),
                                                    row.getLong("expiry_told_at") != 0);
                                        })
                                .list());
    }

    @Override
    public List<RollbackWindow> loadRollbackWindows() {
        return database.read(
                handle ->
                        handle.createQuery("SELECT * FROM rollback_windows")
                                .map(
                                        (row, context) ->
                                                new RollbackWindow(
                                                        row.getString("channel"),
                                                        row.getLong("to_serial"),
                                                        row.getString("reason"),
                                                        Instant.ofEpochMilli(
                                                                row.getLong("expires_at"))))
                                .list());
    }

    private static History history(Handle handle, String name) {
        return handle.createQuery("SELECT document FROM histories WHERE name = :name")
                .bind("name", name)
                .map((row, context) -> Documents.read(row.getString(1), History.class))
                .findOne()
                .orElse(History.NONE);
    }

    @Override
    public Optional<StoredEnrolment> enrolment(String name) {
        return database.read(
                handle ->
                        handle.createQuery(HostRow.SELECT + " WHERE name = :name")
                                .bind("name", name)
                                .map(
                                        (row, context) ->
                                                new StoredEnrolment(
                                                        HostRow.read(row, context).host(),
                                                        row.getString("enrolled_by")))
                                .findOne());
    }

    @Override
    public boolean hasSeenBoot(String host, BootId boot) {
        return database.read(
                handle ->
                        count(
                                        handle,
                                        "SELECT COUNT(*) FROM boots WHERE host = ? AND boot = ?",
                                        host,
                                        boot.value())
                                > 0);
    }

    private static int count(Handle handle, String sql, Object... arguments) {
        var query = handle.createQuery(sql);
        for (int i = 0; i < arguments.length; i++) {
            query.bind(i, arguments[i]);
        }
        return query.mapTo(Integer.class).one();
    }

    @Override
    public Optional<StoredDrift> drift(String host) {
        return database.read(
                handle ->
                        handle.createQuery("SELECT document FROM drifts WHERE host = :host")
                                .bind("host", host)
                                .map((row, context) -> Documents.readDrift(row.getString(1)))
                                .findOne());
    }

    @Override
    public List<Reset> resets(int limit) {
        return documents(
                "SELECT document FROM resets ORDER BY open DESC, opened_at DESC LIMIT "
                        + Math.clamp(limit, 1, 100_000),
                Reset.class);
    }

    /// The uses are counted down in the statement that looks at them, so that of two enrolments
    /// with one token one loses.
    @Override
    public Enrolling enrol(Host host, Token token, Event event) {
        return database.write(
                handle -> {
                    Host named = host.withHistory(history(handle, host.name()));
                    return new Enrolling(enrol(handle, named, token, event), named);
                });
    }

    private static Enrolled enrol(Handle handle, Host host, Token token, Event event) {
        String keyId = host.key().keyId();
        if (count(handle, BANNED, BY_NAME, host.name()) > 0
                || count(handle, BANNED, BY_KEY, keyId) > 0) {
            return Enrolled.BANNED;
        }
        if (count(handle, "SELECT COUNT(*) FROM hosts WHERE name = ?", host.name()) > 0) {
            return Enrolled.NAME_TAKEN;
        }
        if (count(handle, "SELECT COUNT(*) FROM hosts WHERE key_id = ?", keyId) > 0) {
            return Enrolled.KEY_TAKEN;
        }
        int spent =
                handle.execute(
                        "UPDATE tokens SET uses_left = uses_left - 1"
                                + " WHERE id = ? AND uses_left > 0",
                        token.id());
        if (spent == 0) {
            return Enrolled.TOKEN_USED;
        }
        HostRow.insert(handle, host, token.id());
        SqlEventStore.append(handle, event);
        return Enrolled.DONE;
    }

    @Override
    public boolean commit(Transition transition, long expectedRevision) {
        Host host = transition.host();
        return database.write(
                handle -> {
                    if (!HostRow.update(handle, host, expectedRevision)) {
                        return false;
                    }
                    handle.execute(
                            "INSERT INTO histories (name, document) VALUES (?, ?)"
                                    + " ON CONFLICT (name) DO UPDATE SET document = excluded.document",
                            host.name(),
                            Documents.write(host.history()));
                    Boot boot = host.boot();
                    if (transition.newBoot() && boot != null) {
                        handle.execute(
                                "INSERT INTO boots (host, boot, first_seen) VALUES (?, ?, ?)"
                                        + " ON CONFLICT (host, boot) DO NOTHING",
                                host.name(),
                                boot.id().value(),
                                boot.firstSeen().toEpochMilli());
                    }
                    StoredDrift drift = transition.drift();
                    if (drift != null) {
                        handle.execute(
                                "INSERT INTO drifts (host, document) VALUES (?, ?)"
                                        + " ON CONFLICT (host) DO UPDATE SET document ="
                                        + " excluded.document",
                                host.name(),
                                Documents.writeDrift(drift));
                    }
                    Sighting sighting = transition.sighting();
                    if (sighting != null) {
                        SqlIncidentStore.record(handle, sighting);
                    }
                    saveReset(handle, host.reset());
                    transition.events().forEach(event -> SqlEventStore.append(handle, event));
                    return true;
                });
    }

    private static void saveReset(Handle handle, @Nullable Reset reset) {
        if (reset != null) {
            Instant finished = reset.finishedAt();
            handle.execute(
                    "INSERT INTO resets (id, host, open, opened_at, finished_at, document)"
                            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
                            + " SET open = excluded.open, finished_at = excluded.finished_at,"
                            + " document = excluded.document",
                    reset.id(),
                    reset.host(),
                    reset.isOpen() ? 1 : 0,
                    reset.openedAt().toEpochMilli(),
                    finished == null ? null : finished.toEpochMilli(),
                    Documents.write(reset));
        }
    }

    @Override
    public void saveLiveness(List<Liveness> liveness) {
        database.run(
                handle -> {
                    PreparedBatch batch =
                            handle.prepareBatch(
                                    "UPDATE hosts SET sequence = :sequence, last_seen = :seen,"
                                            + " verdict_at = :at, expires_at = :expires"
                                            + " WHERE name = :name AND boot = :boot"
                                            + " AND sequence < :sequence");
                    for (Liveness one : liveness) {
                        batch.bind("sequence", one.sequence())
                                .bind("seen", one.lastSeen().toEpochMilli())
                                .bind("at", one.verdictAt().toEpochMilli())
                                .bind("expires", one.expiresAt().toEpochMilli())
                                .bind("name", one.host())
                                .bind("boot", one.boot().value())
                                .add();
                    }
                    batch.execute();
                });
    }

    @Override
    public void remove(String host, @Nullable Reset last, boolean withName, Event event) {
        database.run(
                handle -> {
                    handle.execute("DELETE FROM hosts WHERE name = ?", host);
                    handle.execute("DELETE FROM drifts WHERE host = ?", host);
                    if (withName) {
                        handle.execute("DELETE FROM histories WHERE name = ?", host);
                        handle.execute("DELETE FROM boots WHERE host = ?", host);
                    }
                    saveReset(handle, last);
                    SqlEventStore.append(handle, event);
                });
    }

    @Override
    public void ban(
            String host,
            @Nullable String keyId,
            @Nullable Digest endorsement,
            String reason,
            String by,
            Event event) {
        database.run(
                handle -> {
                    long at = event.at().toEpochMilli();
                    insertBan(handle, BY_NAME, host, host, reason, by, at);
                    if (keyId != null) {
                        insertBan(handle, BY_KEY, keyId, host, reason, by, at);
                    }
                    if (endorsement != null) {
                        insertBan(handle, BY_TPM, endorsement.hex(), host, reason, by, at);
                    }
                    SqlEventStore.append(handle, event);
                });
    }

    private static void insertBan(
            Handle handle,
            String kind,
            String value,
            String host,
            String reason,
            String by,
            long at) {
        handle.execute(
                "INSERT INTO bans (kind, value, host, reason, banned_by, banned_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind, value) DO NOTHING",
                kind,
                value,
                host,
                reason,
                by,
                at);
    }

    @Override
    public boolean isEndorsementBanned(Digest endorsement) {
        return database.read(handle -> count(handle, BANNED, BY_TPM, endorsement.hex()) > 0);
    }

    @Override
    public void unban(String host, Event event) {
        database.run(
                handle -> {
                    handle.execute("DELETE FROM bans WHERE host = ?", host);
                    SqlEventStore.append(handle, event);
                });
    }

    @Override
    public void saveGroup(GroupSettings settings, Event event) {
        database.run(
                handle -> {
                    handle.execute(
                            "INSERT INTO host_groups (name, document) VALUES (?, ?)"
                                    + " ON CONFLICT (name) DO UPDATE SET document = excluded.document",
                            settings.name(),
                            Documents.write(settings));
                    SqlEventStore.append(handle, event);
                });
    }

    @Override
    public void addBaseline(
            Digest digest, String channel, long serial, Envelope envelope, String by, Event event) {
        database.run(
                handle -> {
                    handle.execute(
                            "INSERT INTO baselines (digest, channel, serial, envelope,"
                                    + " published_by, published_at) VALUES (?, ?, ?, ?, ?, ?)",
                            digest.hex(),
                            channel,
                            serial,
                            Documents.write(envelope),
                            by,
                            event.at().toEpochMilli());
                    SqlEventStore.append(handle, event);
                });
    }

    @Override
    public long newestSerial(String channel) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT COALESCE(MAX(serial), 0) FROM baselines"
                                                + " WHERE channel = :channel")
                                .bind("channel", channel)
                                .mapTo(Long.class)
                                .one());
    }

    @Override
    public boolean tellExpiry(Digest digest, Event event) {
        return database.write(
                handle -> {
                    int rows =
                            handle.execute(
                                    "UPDATE baselines SET expiry_told_at = ?"
                                            + " WHERE digest = ? AND expiry_told_at IS NULL",
                                    event.at().toEpochMilli(),
                                    digest.hex());
                    if (rows == 1) {
                        SqlEventStore.append(handle, event);
                    }
                    return rows == 1;
                });
    }

    @Override
    public void retireBaseline(Digest digest, Event event) {
        database.run(
                handle -> {
                    handle.execute(
                            "UPDATE baselines SET retired_at = ? WHERE digest = ?",
                            event.at().toEpochMilli(),
                            digest.hex());
                    SqlEventStore.append(handle, event);
                });
    }

    @Override
    public int pruneResets(Instant before) {
        return database.write(
                handle ->
                        handle.execute(
                                "DELETE FROM resets WHERE open = 0"
                                        + " AND COALESCE(finished_at, opened_at) < ?",
                                before.toEpochMilli()));
    }

    @Override
    public void saveRollbackWindow(RollbackWindow window, String by, Event event) {
        database.run(
                handle -> {
                    handle.execute(
                            "INSERT INTO rollback_windows (channel, to_serial, reason, opened_by,"
                                    + " expires_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (channel) DO"
                                    + " UPDATE SET to_serial = excluded.to_serial, reason ="
                                    + " excluded.reason, opened_by = excluded.opened_by, expires_at ="
                                    + " excluded.expires_at",
                            window.channel(),
                            window.toSerial(),
                            window.reason(),
                            by,
                            window.expires().toEpochMilli());
                    SqlEventStore.append(handle, event);
                });
    }

    @Override
    public void append(Event event) {
        database.run(handle -> SqlEventStore.append(handle, event));
    }
}

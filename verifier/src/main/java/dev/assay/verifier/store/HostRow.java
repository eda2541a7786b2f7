package dev.assay.verifier.store;

import dev.assay.verifier.fleet.Boot;
import dev.assay.verifier.fleet.FleetStore.StoredHost;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Standing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// A host's row. Liveness is read from its own columns over the document, which is older where only
/// liveness was written since.
final class HostRow {
    /// Whether a host is banned is said by the bans alone.
    static final String SELECT =
            "SELECT hosts.*, EXISTS (SELECT 1 FROM bans WHERE kind = 'name' AND value = hosts.name)"
                    + " AS is_banned FROM hosts";

    private HostRow() {}

    static StoredHost read(ResultSet row, StatementContext context) throws SQLException {
        Host host = Documents.read(row.getString("document"), Host.class);
        Boot boot = host.boot();
        Standing standing = host.standing();
        long sequence = row.getLong("sequence");
        if (boot != null && standing != null && sequence > boot.sequence()) {
            Instant lastSeen = Instant.ofEpochMilli(row.getLong("last_seen"));
            Instant at = Instant.ofEpochMilli(row.getLong("verdict_at"));
            Instant expires = Instant.ofEpochMilli(row.getLong("expires_at"));
            host = host.relived(sequence, lastSeen, at, expires);
        }
        host = host.withBanned(row.getBoolean("is_banned"));
        return new StoredHost(host, row.getLong("revision"));
    }

    static void insert(Handle handle, Host host, String tokenId) {
        handle.execute(
                "INSERT INTO hosts (name, group_name, key_id, revision, sequence, document,"
                        + " enrolled_by) VALUES (?, ?, ?, 0, 0, ?, ?)",
                host.name(),
                host.group(),
                host.key().keyId(),
                Documents.write(host),
                tokenId);
    }

    /// Whether the row had the revision still.
    static boolean update(Handle handle, Host host, long expectedRevision) {
        Boot boot = host.boot();
        Standing standing = host.standing();
        int rows =
                handle.execute(
                        "UPDATE hosts SET group_name = ?, key_id = ?, revision = revision + 1, boot = ?,"
                                + " sequence = ?, last_seen = ?, verdict_at = ?, expires_at = ?,"
                                + " document = ? WHERE name = ? AND revision = ?",
                        host.group(),
                        host.key().keyId(),
                        boot == null ? null : boot.id().value(),
                        boot == null ? 0 : boot.sequence(),
                        boot == null ? null : millis(boot.lastSeen()),
                        standing == null ? null : millis(standing.at()),
                        standing == null ? null : millis(standing.expiresAt()),
                        Documents.write(host),
                        host.name(),
                        expectedRevision);
        return rows == 1;
    }

    private static @Nullable Long millis(Instant instant) {
        return instant.toEpochMilli();
    }
}

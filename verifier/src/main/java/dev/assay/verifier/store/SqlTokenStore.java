package dev.assay.verifier.store;

import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.enrol.Token;
import dev.assay.verifier.enrol.TokenStore;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Tokens in SQL.
public final class SqlTokenStore implements TokenStore {
    private final Database database;

    public SqlTokenStore(Database database) {
        this.database = database;
    }

    @Override
    public void add(Token token) {
        database.run(
                handle ->
                        handle.execute(
                                "INSERT INTO tokens (id, secret_digest, role, group_name, host,"
                                        + " platform_id, labels, created_at, expires_at, uses_left)"
                                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                token.id(),
                                token.secretDigest().hex(),
                                token.role().wire(),
                                token.group(),
                                token.host(),
                                token.platformId(),
                                Documents.write(token.labels()),
                                token.created().toEpochMilli(),
                                token.expires().toEpochMilli(),
                                token.usesLeft()));
    }

    @Override
    public Optional<Token> find(Digest secretDigest) {
        return database.read(
                handle ->
                        handle.createQuery("SELECT * FROM tokens WHERE secret_digest = :digest")
                                .bind("digest", secretDigest.hex())
                                .map(
                                        (row, context) ->
                                                new Token(
                                                        row.getString("id"),
                                                        secretDigest,
                                                        Role.of(row.getString("role")),
                                                        row.getString("group_name"),
                                                        row.getString("host"),
                                                        row.getString("platform_id"),
                                                        labels(row.getString("labels")),
                                                        Instant.ofEpochMilli(
                                                                row.getLong("created_at")),
                                                        Instant.ofEpochMilli(
                                                                row.getLong("expires_at")),
                                                        row.getInt("uses_left")))
                                .findOne());
    }

    @SuppressWarnings("unchecked")
    private static SortedMap<String, String> labels(@Nullable String document) {
        return document == null ? new TreeMap<>() : Documents.read(document, SortedMap.class);
    }

    @Override
    public boolean groupExists(String group) {
        return database.read(
                handle ->
                        handle.createQuery("SELECT COUNT(*) FROM host_groups WHERE name = :name")
                                        .bind("name", group)
                                        .mapTo(Integer.class)
                                        .one()
                                > 0);
    }
}

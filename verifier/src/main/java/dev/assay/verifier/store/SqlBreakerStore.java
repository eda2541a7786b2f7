package dev.assay.verifier.store;

import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.reset.BreakerState;
import dev.assay.verifier.reset.BreakerStore;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Tripped breakers in the database.
public final class SqlBreakerStore implements BreakerStore {
    private final Database database;

    public SqlBreakerStore(Database database) {
        this.database = database;
    }

    @Override
    public Map<String, BreakerState> loadBreakers() {
        return database.read(
                handle ->
                        handle
                                .createQuery("SELECT group_name, document FROM breakers")
                                .map(
                                        (row, context) ->
                                                Map.entry(
                                                        row.getString("group_name"),
                                                        Documents.read(
                                                                row.getString("document"),
                                                                BreakerState.class)))
                                .stream()
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    @Override
    public void saveBreaker(String group, @Nullable BreakerState state, List<Event> events) {
        database.run(
                handle -> {
                    if (state == null) {
                        handle.execute("DELETE FROM breakers WHERE group_name = ?", group);
                    } else {
                        handle.execute(
                                "INSERT INTO breakers (group_name, document) VALUES (?, ?)"
                                        + " ON CONFLICT (group_name) DO UPDATE"
                                        + " SET document = excluded.document",
                                group,
                                Documents.write(state));
                    }
                    events.forEach(event -> SqlEventStore.append(handle, event));
                });
    }
}

package dev.assay.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.fleet.GroupSettings;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseTest {
    private static final int PROBES = 500;

    @TempDir private Path folder;

    @Test
    void strangersWhoAskWhetherItIsReadyDoNotMakeItWriteEachTime() throws Exception {
        Path file = folder.resolve("assay.db");
        try (Database database = Database.open(file);
                var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            assertThat(database.isWritable()).isTrue();
            statement.execute("CREATE TABLE written (name TEXT)");
            statement.execute(
                    "CREATE TRIGGER count_writes AFTER UPDATE ON settings"
                            + " BEGIN INSERT INTO written VALUES (new.name); END");
            for (int i = 0; i < PROBES; i++) {
                assertThat(database.isWritable()).isTrue();
            }

            try (var count = statement.executeQuery("SELECT COUNT(*) FROM written")) {
                assertThat(count.getInt(1)).isLessThan(PROBES / 2);
            }
        }
    }

    @Test
    void aGroupOfBeforeItsSettingsHasTheirDefaults() throws Exception {
        Path file = folder.resolve("assay.db");
        Database.open(file).close();
        GroupSettings group = GroupSettings.of("web", "web").with(Map.of("maxResetsPerDay", 7));
        String older = Documents.write(group).replace("\"maxDigestAgeSeconds\":90000,", "");
        older = older.replaceAll(",?\"(ekTrust|minTier)\":\"[a-z]+\"", "");
        assertThat(older).doesNotContain("maxDigestAge", "ekTrust", "minTier");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var insert =
                        connection.prepareStatement(
                                "INSERT INTO host_groups (name, document) VALUES ('web', ?)");
                var statement = connection.createStatement()) {
            insert.setString(1, older);
            insert.execute();
            statement.execute("DELETE FROM flyway_schema_history WHERE version >= '6'");
        }
        try (Database database = Database.open(file)) {
            assertThat(new SqlFleetStore(database).loadGroups()).containsExactly(group);
        }
    }

    @Test
    void aClosedDatabaseIsNotReady() throws Exception {
        Database database = Database.open(folder.resolve("assay.db"));
        database.close();

        assertThat(database.isWritable()).isFalse();
    }
}

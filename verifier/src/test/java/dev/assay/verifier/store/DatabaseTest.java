package dev.assay.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
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
    void aClosedDatabaseIsNotReady() throws Exception {
        Database database = Database.open(folder.resolve("assay.db"));
        database.close();

        assertThat(database.isWritable()).isFalse();
    }
}

package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Observer;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackgroundFailureTest {
    @TempDir private Path folder;

    /// A metric's label.
    @Test
    void aFailedTaskIsNamedByTheCodeAndNotByTheHost() throws Exception {
        List<String> tasks = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        try (Installation at = new Installation(folder)) {
            at.observer =
                    new Observer() {
                        @Override
                        public void failed(String task, Throwable cause) {
                            tasks.add(task);
                            reasons.add(String.valueOf(cause.getMessage()));
                        }
                    };
            at.restart();
            at.createGroup(Installation.settings(Mode.ENFORCE));
            Agent agent = new Agent(at, "web-1").enrol();
            agent.baseline = at.publishGolden(1);
            agent.tree = Tree.GOLDEN.tampered();
            agent.attest();
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + at.data.database());
                    var statement = connection.createStatement()) {
                statement.execute("DROP TABLE events");
            }
            at.clock.advance(Duration.ofSeconds(1));
            at.verifier.ticker().tick();
        }

        assertThat(tasks).containsOnly("reset", "prune");
        assertThat(reasons.getFirst()).contains("web-1");
    }
}

package dev.assay.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.verifier.feed.Feed;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Twenty events, one a second, of which some are pruned.
final class RetentionTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant NEVER = Instant.parse("2027-03-01T12:00:00Z");

    @TempDir private Path folder;
    private Database database;
    private SqlEventStore events;
    private Feed feed;

    @BeforeEach
    void twentyEvents() throws Exception {
        database = Database.open(folder.resolve("assay.db"));
        events = new SqlEventStore(database);
        feed = new Feed(events);
        for (int i = 1; i <= 20; i++) {
            append(i);
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void append(int second) {
        Event event =
                Event.ofGroup(NOON.plusSeconds(second), EventType.GROUP_CHANGED, "web", Map.of());
        database.run(handle -> SqlEventStore.append(handle, event));
    }

    private long oldest() throws Exception {
        return feed.after(0, 1).getFirst().cursor();
    }

    @Test
    void theNewestAreKeptWhateverTheirAge() throws Exception {
        assertThat(events.prune(5, NEVER, 1000)).isEqualTo(15);
        assertThat(oldest()).isEqualTo(16);
        assertThat(events.prune(5, NEVER, 1000)).isZero();
    }

    @Test
    void theYoungAreKeptWhateverTheirNumber() throws Exception {
        assertThat(events.prune(1, NOON.plusSeconds(11), 1000)).isEqualTo(10);
        assertThat(oldest()).isEqualTo(11);
    }

    @Test
    void aLittleIsPrunedAtATime() throws Exception {
        assertThat(events.prune(5, NEVER, 4)).isEqualTo(4);
        assertThat(events.prune(5, NEVER, 4)).isEqualTo(4);
        assertThat(oldest()).isEqualTo(9);
    }

    @Test
    void cursorsGoOnWhereTheyWere() throws Exception {
        events.prune(1, NEVER, 1000);
        append(21);

        assertThat(feed.newest()).isEqualTo(21);
        assertThat(feed.after(19, 10)).extracting(Event::cursor).containsExactly(20L, 21L);
    }

    @Test
    void aReaderWhoseCursorWasPrunedIsToldTheOldest() {
        events.prune(5, NEVER, 1000);

        assertThatThrownBy(() -> feed.after(14, 10))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.CURSOR_GONE))
                .hasMessageContaining("the oldest is 16");
    }

    @Test
    void aReaderThatMissedNothingGoesOn() throws Exception {
        events.prune(5, NEVER, 1000);

        assertThat(feed.after(15, 1)).extracting(Event::cursor).containsExactly(16L);
        assertThat(feed.after(0, 1)).extracting(Event::cursor).containsExactly(16L);
        assertThat(feed.after(20, 1)).isEmpty();
    }

    /// 2 is FULL (SQLite, `PRAGMA synchronous`): with less a commit may be lost with the power.
    @Test
    void everyConnectionWaitsForTheDisk() {
        for (int i = 0; i < 8; i++) {
            assertThat(database.<Integer>write(handle -> pragma(handle, "synchronous")))
                    .isEqualTo(2);
            assertThat(database.<Integer>read(handle -> pragma(handle, "synchronous")))
                    .isEqualTo(2);
        }
        assertThat(database.<Integer>write(handle -> pragma(handle, "wal_autocheckpoint")))
                .isEqualTo(1000);
    }

    private static int pragma(Handle handle, String name) {
        return handle.createQuery("PRAGMA " + name).mapTo(Integer.class).one();
    }
}

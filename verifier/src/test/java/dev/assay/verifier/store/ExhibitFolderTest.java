package dev.assay.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.Digest;
import dev.assay.verifier.exhibit.ExhibitArchive.Received;
import dev.assay.verifier.exhibit.NotStoredException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExhibitFolderTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final Bytes TEN = Bytes.utf8("0123456789");

    @TempDir private Path folder;

    private ExhibitFolder open() throws IOException {
        return new ExhibitFolder(folder.resolve("exhibits"), 35);
    }

    private static Received receive(ExhibitFolder exhibits, Bytes content)
            throws IOException, MalformedInputException {
        return exhibits.receive(
                new ByteArrayInputStream(content.toArray()),
                Digest.ofContent(content),
                content.length());
    }

    private static void keep(ExhibitFolder exhibits, String id, Instant at) throws Exception {
        try (Received received = receive(exhibits, TEN)) {
            received.keep(id, at);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("exhibits"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theOldestGoWhereThereIsNoRoomForANewOne() throws Exception {
        ExhibitFolder exhibits = open();
        keep(exhibits, "b", NOW);
        keep(exhibits, "a", NOW.plusSeconds(1));
        keep(exhibits, "c", NOW.plusSeconds(2));
        keep(exhibits, "d", NOW.plusSeconds(3));
        assertThat(files()).containsExactly("a.json.gz", "c.json.gz", "d.json.gz");
    }

    @Test
    void onlyWhatIsOldIsPruned() throws Exception {
        ExhibitFolder exhibits = open();
        keep(exhibits, "a", NOW);
        keep(exhibits, "b", NOW.plusSeconds(2));
        assertThat(exhibits.prune(NOW.plusSeconds(1))).isEqualTo(1);
        assertThat(files()).containsExactly("b.json.gz");
    }

    @Test
    void whatIsNotKeptIsGoneWhenItIsClosed() throws Exception {
        ExhibitFolder exhibits = open();
        receive(exhibits, TEN).close();
        assertThat(files()).isEmpty();
    }

    @Test
    void whatACrashLeftIsRemovedAtTheStartAndWhatIsKeptStays() throws Exception {
        ExhibitFolder exhibits = open();
        keep(exhibits, "a", NOW);
        Received received = receive(exhibits, TEN);
        assertThat(files()).hasSize(2);
        open();
        assertThat(files()).containsExactly("a.json.gz");
        received.close();
    }

    @Test
    void aFolderThatIsGoneIsTheVerifiersOwnFailure() throws Exception {
        ExhibitFolder exhibits = open();
        Received received = receive(exhibits, TEN);
        try (Stream<Path> files = Files.list(folder.resolve("exhibits"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder.resolve("exhibits"));
        assertThatExceptionOfType(NotStoredException.class)
                .isThrownBy(() -> received.keep("a", NOW));
        assertThatExceptionOfType(NotStoredException.class)
                .isThrownBy(() -> receive(exhibits, TEN));
        received.close();
    }

    @Test
    void aPlaceThatCannotBeTakenIsTheVerifiersOwnFailureAndLeavesNothing() throws Exception {
        ExhibitFolder exhibits = open();
        Received received = receive(exhibits, TEN);
        // A folder under the name that it is to get: the rename fails.
        Files.createDirectories(folder.resolve("exhibits/a.json.gz/x"));
        assertThatExceptionOfType(NotStoredException.class)
                .isThrownBy(() -> received.keep("a", NOW));
        received.close();
        assertThat(files()).containsExactly("a.json.gz");
    }
}

package dev.assay.agent.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResetSentinelTest {
    @TempDir private Path folder = Path.of("");
    private final Envelope signed = Envelope.unsigned("test", Bytes.utf8("{}"));
    private final ResetOrder order =
            new ResetOrder(
                    "r1",
                    "web-1",
                    new BootId("7c1f0000-0000-4000-8000-000000000001"),
                    Instant.EPOCH,
                    Instant.EPOCH.plusSeconds(60),
                    "drifted: 3 changes\u001b[2J");

    private Path file() {
        return folder.resolve("reboot-required");
    }

    private void reset() throws IOException {
        ResetSentinel.at(file()).reset(order, signed);
    }

    private List<Path> names() throws IOException {
        try (Stream<Path> names = Files.list(folder)) {
            return names.toList();
        }
    }

    @Test
    void theSentinelSaysWhyAndCanBeReadByAll() throws IOException {
        reset();
        assertThat(file())
                .hasContent("assay: reset r1 of web-1 is ordered: drifted: 3 changes%1B[2J\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .startsWith("rw-r");
        assertThat(names()).containsExactly(file());
    }

    @Test
    void aLinkUnderItsNameIsReplacedAndNotWrittenThrough() throws IOException {
        Path target = Files.writeString(folder.resolve("passwd"), "root:x:0:0");
        Files.createSymbolicLink(file(), target);
        reset();
        assertThat(target).hasContent("root:x:0:0");
        assertThat(Files.isRegularFile(file(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void aLinkToNowhereMakesNoFileThere() throws IOException {
        Path nowhere = folder.resolve("nowhere");
        Files.createSymbolicLink(file(), nowhere);
        reset();
        assertThat(nowhere).doesNotExist();
        assertThat(file()).exists();
    }

    @Test
    void aSentinelOfSomebodyElseIsReplacedAsAWhole() throws IOException {
        Files.writeString(file(), "*** System restart required ***\n".repeat(1000));
        reset();
        assertThat(Files.readString(file())).startsWith("assay: reset r1");
        assertThat(Files.size(file())).isLessThan(200);
    }

    @Test
    void aFolderUnderItsNameIsAFailureThatIsSaid() throws IOException {
        Files.createDirectory(file());
        assertThatThrownBy(this::reset).isInstanceOf(IOException.class);
        assertThat(names()).containsExactly(file());
    }

    @Test
    void aFolderThatIsNotThereShowsAtTheStart() {
        assertThatThrownBy(() -> ResetSentinel.at(folder.resolve("no/such/file")))
                .isInstanceOf(NotDirectoryException.class);
    }
}

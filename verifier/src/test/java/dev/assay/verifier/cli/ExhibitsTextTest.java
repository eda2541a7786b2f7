package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Exhibits.FileExhibit;
import dev.assay.evidence.Exhibits.Omitted;
import dev.assay.evidence.Exhibits.ProcessExhibit;
import dev.assay.evidence.Exhibits.SocketExhibit;
import dev.assay.tree.NodePath;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExhibitsTextTest {
    /// Clears the screen, turns the line round, forges a second one.
    private static final String HOSTILE = "\u001b[2J\u202e\nall is well\u009b";

    private static ExhibitsText hostile() {
        return new ExhibitsText(
                new Exhibits(
                        Exhibits.BASIS,
                        "web-1" + HOSTILE,
                        new BootId("01234567-89ab-cdef-0123-456789abcdef"),
                        "r1",
                        Instant.EPOCH,
                        HOSTILE,
                        7,
                        List.of(
                                new FileExhibit(
                                        new NodePath(Bytes.utf8("fs/usr/" + HOSTILE)),
                                        "4755",
                                        0,
                                        0,
                                        4,
                                        0,
                                        0,
                                        true,
                                        true,
                                        Bytes.utf8("evil"))),
                        List.of(new Omitted(new NodePath(Bytes.utf8("fs/" + HOSTILE)), HOSTILE)),
                        5,
                        List.of(
                                new ProcessExhibit(
                                        1, 0, null, HOSTILE, HOSTILE, HOSTILE, true, null),
                                new ProcessExhibit(2, 0, 0L, HOSTILE, null, null, false, null)),
                        0,
                        List.of(new SocketExhibit(HOSTILE, HOSTILE, HOSTILE, HOSTILE, null, 1, 1L)),
                        3,
                        List.of(HOSTILE)));
    }

    @Test
    void noTextOfTheHostReachesTheTerminalAsItIs() {
        assertThat(hostile().lines())
                .allSatisfy(
                        line ->
                                assertThat(
                                                line.codePoints()
                                                        .filter(
                                                                point ->
                                                                        Character.isISOControl(
                                                                                        point)
                                                                                || point == 0x202e))
                                        .isEmpty());
        assertThat(hostile().lines()).noneMatch(line -> line.startsWith("all is well"));
    }

    @Test
    void itIsLabelledUnattestedAndCountsWhatIsNotListed() {
        assertThat(hostile().lines())
                .anyMatch(line -> line.startsWith("UNATTESTED"))
                .contains("not shown: 6", "sockets: 4", "processes: 2", "  and 5 more");
        assertThat(hostile().summary().files().getFirst().truncated()).isTrue();
        assertThat(hostile().summary().omitted()).isEqualTo(6);
    }
}

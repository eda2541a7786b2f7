package dev.assay.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Observed.Culprit;
import dev.assay.evidence.Observed.Touched;
import dev.assay.evidence.Observed.Watch;
import dev.assay.fixture.Samples;
import dev.assay.tree.NodePath;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What an evidence says of itself beside the tree, at each limit and one past it.
final class EvidenceLimitTest {
    private static final Touched TOUCHED =
            new Touched(NodePath.of("fs/usr/bin/ls"), Samples.TIME, null);

    private static Touched touched(int pathBytes) {
        return new Touched(NodePath.of("fs/" + "x".repeat(pathBytes - 3)), Samples.TIME, null);
    }

    private static Culprit culprit(int chars) {
        return new Culprit(1, "p".repeat(chars), null, "c".repeat(chars));
    }

    @Test
    void aPathIsTouchedUpToItsLimit() {
        assertThat(touched(Observed.MAX_PATH_BYTES).path().value().length())
                .isEqualTo(Observed.MAX_PATH_BYTES);
        assertThatIllegalArgumentException().isThrownBy(() -> touched(Observed.MAX_PATH_BYTES + 1));
    }

    @Test
    void aCulpritHasANameUpToItsLimit() {
        assertThat(culprit(Observed.MAX_NAME_CHARS).program()).hasSize(Observed.MAX_NAME_CHARS);
        assertThatIllegalArgumentException().isThrownBy(() -> culprit(Observed.MAX_NAME_CHARS + 1));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Culprit(1, "p", null, "c".repeat(Observed.MAX_NAME_CHARS + 1)));
    }

    @Test
    void aNameThatCouldTakeOverATerminalIsEscapedByTheHostAndRefusedOtherwise() {
        String hostile = "\u001b[2J".repeat(200);
        Culprit culprit = Culprit.of(1, hostile, null, "a b%");
        assertThat(culprit.program()).startsWith("%1B[2J%1B[2J").hasSize(Observed.MAX_NAME_CHARS);
        assertThat(culprit.container()).isEqualTo("a b%25");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Culprit(1, "\u001b[2J", null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Culprit(1, "p", null, "100%"));
    }

    @Test
    void aListOfTouchedPathsPastItsLimitIsRefused() throws MalformedInputException {
        Observed most =
                new Observed(Watch.INOTIFY, 0, Collections.nCopies(Observed.MAX_TOUCHED, TOUCHED));
        Bytes json = Json.write(most);
        assertThat(Json.parse(json, Observed.class, 1 << 20)).isEqualTo(most);
        String one = Json.write(TOUCHED).lossyText();
        Bytes more = Bytes.utf8(json.lossyText().replace("[", "[" + one + ","));
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> Json.parse(more, Observed.class, 1 << 20));
    }

    @Test
    void evidenceThatMeasuredNothingHasTouchedNothing() {
        Evidence sample = Samples.evidence();
        Observed idle = new Observed(Watch.POLLING, 1, List.of());
        assertThat(unmeasured(sample, idle).observed()).isEqualTo(idle);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> unmeasured(sample, new Observed(Watch.POLLING, 1, List.of(TOUCHED))));
    }

    private static Evidence unmeasured(Evidence sample, Observed observed) {
        return new Evidence(
                sample.host(),
                sample.boot(),
                sample.sequence(),
                sample.nonce(),
                sample.measurementVersion(),
                sample.source(),
                null,
                null,
                null,
                sample.values(),
                observed,
                sample.agent());
    }

    @Test
    void whatLeavesNoRoomForItsListKeepsTheRest() {
        Observed observed = new Observed(Watch.FANOTIFY, 7, List.of(TOUCHED));
        assertThat(observed.withoutTouched()).isEqualTo(new Observed(Watch.FANOTIFY, 7, List.of()));
    }

    @Test
    void aPassThatReadEverythingReliesOnNothingOlder() {
        assertThat(Freshness.FULL.oldestDigestSeconds()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Freshness(Freshness.Pass.FULL, 1));
        assertThat(new Freshness(Freshness.Pass.INCREMENTAL, 0).oldestDigestSeconds()).isZero();
    }
}

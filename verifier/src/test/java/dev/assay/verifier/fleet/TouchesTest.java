package dev.assay.verifier.fleet;

import static dev.assay.verifier.fleet.Given.FIRST;
import static dev.assay.verifier.fleet.Given.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.evidence.Observed;
import dev.assay.evidence.Observed.Touched;
import dev.assay.evidence.Observed.Watch;
import dev.assay.tree.NodePath;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TouchesTest {
    private final GroupSettings group = Given.group(Mode.ENFORCE);
    private Host host = Given.host();
    private Instant now = NOON;
    private long sequence;

    private static @Nullable Observed touched(int paths) {
        Touched one = new Touched(NodePath.of("fs/usr/bin/ls"), NOON, null);
        return new Observed(Watch.FANOTIFY, 0, Collections.nCopies(paths, one));
    }

    private Transition attest(int paths) throws Exception {
        now = now.plusSeconds(60);
        Transition transition =
                Lifecycle.attested(
                        host,
                        group,
                        Given.attested(FIRST, sequence > 0, ++sequence, touched(paths)),
                        now);
        host = transition.host();
        return transition;
    }

    private static List<Event> told(Transition transition) {
        return transition.events().stream()
                .filter(event -> event.type() == EventType.TOUCHED)
                .toList();
    }

    @Test
    void eachPathIsToldAndIsWrittenDown() throws Exception {
        attest(0);
        Transition transition = attest(3);

        assertThat(told(transition)).hasSize(3);
        assertThat(transition.durable()).isTrue();
    }

    @Test
    void withoutATouchACleanRepeatCostsNoTransaction() throws Exception {
        attest(3);

        assertThat(attest(0).durable()).isFalse();
    }

    @Test
    void aHostThatSaysTooMuchIsToldUpToABoundAndTheRestIsCounted() throws Exception {
        attest(0);
        List<Event> first = told(attest(Observed.MAX_TOUCHED));
        assertThat(first).hasSize(Touches.MAX_TOLD);
        assertThat(first.getLast().details()).containsEntry("untold", "40");

        Transition silenced = attest(Observed.MAX_TOUCHED);
        assertThat(told(silenced)).isEmpty();
        assertThat(silenced.durable()).as("no transaction for what is not told").isFalse();

        now = now.plus(Touches.WINDOW);
        List<Event> later = told(attest(1));
        assertThat(later).hasSize(1);
        assertThat(later.getFirst().details()).containsEntry("untold", "100");
    }

    @Test
    void aNewBootIsNoNewWindow() throws Exception {
        attest(Observed.MAX_TOUCHED);
        host = host.withBoot(null).withStanding(null);

        assertThat(told(attest(1))).isEmpty();
    }

    @Test
    void aClockThatGoesBackOpensANewWindow() throws Exception {
        attest(Observed.MAX_TOUCHED);
        now = now.minus(Duration.ofDays(400));

        assertThat(told(attest(1))).hasSize(1);
    }

    @Test
    void touchesChangeNoVerdict() throws Exception {
        attest(0);
        HostView quiet = Views.of(host, group, now);
        attest(Observed.MAX_TOUCHED);
        HostView touched = Views.of(host, group, now);

        assertThat(touched.state()).isEqualTo(quiet.state());
        assertThat(touched.since()).isEqualTo(quiet.since());
        assertThat(touched.because()).isEqualTo(quiet.because());
    }
}

package dev.assay.verifier.incident;

import static dev.assay.verifier.incident.Belief.Confidence.LIKELY;
import static dev.assay.verifier.incident.Belief.Confidence.NOT_SURE;
import static dev.assay.verifier.incident.Belief.Confidence.PERHAPS;
import static dev.assay.verifier.incident.Belief.Kind.BAD_BASELINE;
import static dev.assay.verifier.incident.Belief.Kind.INTRUSION;
import static dev.assay.verifier.incident.Belief.Kind.NOISE;
import static dev.assay.verifier.incident.Belief.Kind.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class BeliefTest {
    private static final DriftFacts TEXT = drift(1, Map.of(), 0, Map.of(), 0, 0);
    private static final DriftFacts PROGRAM = drift(1, Map.of("executable", 1), 0, Map.of(), 0, 0);
    private static final DriftFacts SET_ID =
            drift(1, Map.of("executable", 1, "set-id", 1), 0, Map.of(), 0, 0);
    private static final DriftFacts UNIT = drift(2, Map.of("systemd-unit", 1), 0, Map.of(), 0, 0);
    private static final DriftFacts CACHE = drift(1, Map.of(), 1, Map.of(), 0, 0);
    private static final DriftFacts UPDATED =
            drift(3, Map.of("executable", 1), 0, Map.of("openssh-client", true), 3, 3);
    private static final DriftFacts PACKAGED =
            drift(1, Map.of("executable", 1), 0, Map.of("openssh-client", false), 1, 0);

    private static DriftFacts drift(
            int listed,
            Map<String, Integer> dangers,
            int data,
            Map<String, Boolean> packages,
            int owned,
            int updated) {
        return new DriftFacts(
                listed,
                new TreeMap<>(dangers),
                dangers.isEmpty() ? 0 : 1,
                data,
                new TreeMap<>(packages),
                owned,
                updated,
                0);
    }

    /// Hosts that showed it first at boot, and in mid-life, of those that run the baseline.
    private static IncidentFacts facts(DriftFacts drift, int first, int midLife, int running) {
        return new IncidentFacts(
                first + midLife, running, first, midLife, 0, 0, 1, false, null, true, drift);
    }

    private static IncidentFacts afterReset(IncidentFacts facts, int after, int persistent) {
        return new IncidentFacts(
                facts.hosts(),
                facts.running(),
                facts.firstAtBoot(),
                facts.midLife(),
                after,
                persistent,
                2,
                facts.survivesReset(),
                facts.accusation(),
                facts.whole(),
                facts.drift());
    }

    private static IncidentFacts recurring(IncidentFacts facts, int boots) {
        return new IncidentFacts(
                facts.hosts(),
                facts.running(),
                facts.firstAtBoot(),
                facts.midLife(),
                0,
                0,
                boots,
                facts.survivesReset(),
                facts.accusation(),
                facts.whole(),
                facts.drift());
    }

    private static IncidentFacts accused(IncidentFacts facts) {
        return new IncidentFacts(
                facts.hosts(),
                facts.running(),
                facts.firstAtBoot(),
                facts.midLife(),
                0,
                0,
                1,
                facts.survivesReset(),
                "unexplained: its report does not explain the root",
                false,
                facts.drift());
    }

    static Stream<Arguments> incidents() {
        return Stream.of(
                // In mid-life on few hosts.
                row("a set-id program on one of ten", facts(SET_ID, 0, 1, 10), INTRUSION, LIKELY),
                row("a unit on two of forty", facts(UNIT, 0, 2, 40), INTRUSION, LIKELY),
                row("a program on one of ten", facts(PROGRAM, 0, 1, 10), INTRUSION, LIKELY),
                row("a set-id program on the one host", facts(SET_ID, 0, 1, 1), INTRUSION, LIKELY),
                row("a program no package changed", facts(PACKAGED, 0, 1, 10), INTRUSION, LIKELY),
                row("one text on one of ten", facts(TEXT, 0, 1, 10), INTRUSION, PERHAPS),
                // In mid-life on many: a campaign, until a package says otherwise.
                row("set-id on all ten", facts(SET_ID, 0, 10, 10), INTRUSION, LIKELY),
                row("a program on all ten", facts(PROGRAM, 0, 10, 10), INTRUSION, LIKELY),
                row("a text on all ten", facts(TEXT, 0, 10, 10), INTRUSION, NOT_SURE),
                // The first measurement accuses the baseline.
                row("a text on all ten", facts(TEXT, 10, 0, 10), BAD_BASELINE, LIKELY),
                row("a text on six of ten", facts(TEXT, 6, 0, 10), BAD_BASELINE, LIKELY),
                row("a program on all ten", facts(PROGRAM, 10, 0, 10), BAD_BASELINE, LIKELY),
                row("a unit on all ten", facts(UNIT, 10, 0, 10), BAD_BASELINE, PERHAPS),
                row("nine at boot, one later", facts(TEXT, 9, 1, 10), BAD_BASELINE, PERHAPS),
                row("a text on the only host", facts(TEXT, 1, 0, 1), BAD_BASELINE, NOT_SURE),
                row("a text on one of ten, at boot", facts(TEXT, 1, 0, 10), BAD_BASELINE, NOT_SURE),
                row("set-id at boot on one of ten", facts(SET_ID, 1, 0, 10), INTRUSION, PERHAPS),
                row(
                        "again after a reset, all at boot",
                        afterReset(facts(TEXT, 10, 0, 10), 3, 0),
                        BAD_BASELINE,
                        LIKELY),
                row(
                        "one of ten at boot, and again after its reset",
                        afterReset(facts(TEXT, 1, 0, 10), 1, 0),
                        BAD_BASELINE,
                        PERHAPS),
                row(
                        "golden before, and again after its reset",
                        afterReset(facts(PROGRAM, 0, 1, 10), 1, 1),
                        INTRUSION,
                        LIKELY),
                // A package changed with it.
                row("an update of all ten", facts(UPDATED, 0, 10, 10), UPDATE, LIKELY),
                row("an update of one of ten", facts(UPDATED, 0, 1, 10), UPDATE, PERHAPS),
                row("an image with an update", facts(UPDATED, 10, 0, 10), UPDATE, PERHAPS),
                // Recurring data.
                row(
                        "a cache of one host in five boots",
                        recurring(facts(CACHE, 0, 1, 10), 5),
                        NOISE,
                        LIKELY),
                row(
                        "a cache of one host at five boots",
                        recurring(facts(CACHE, 1, 0, 10), 5),
                        NOISE,
                        LIKELY),
                row("a cache of one host, once", facts(CACHE, 0, 1, 10), NOISE, NOT_SURE),
                row("a cache of all hosts at boot", facts(CACHE, 10, 0, 10), BAD_BASELINE, PERHAPS),
                row(
                        "a program of one host in five boots",
                        recurring(facts(PROGRAM, 0, 1, 10), 5),
                        INTRUSION,
                        LIKELY),
                // What a list does not explain is never innocent.
                row(
                        "a trimmed list, all at boot",
                        accused(facts(TEXT, 10, 0, 10)),
                        INTRUSION,
                        PERHAPS),
                row("a trimmed list on one", accused(facts(TEXT, 0, 1, 10)), INTRUSION, LIKELY),
                row(
                        "a trimmed list of a cache",
                        accused(facts(CACHE, 0, 1, 10)),
                        INTRUSION,
                        LIKELY));
    }

    private static Arguments row(
            String what, IncidentFacts facts, Belief.Kind kind, Belief.Confidence confidence) {
        return Arguments.of(what, facts, kind, confidence);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("incidents")
    void whatItLooksLike(
            String what, IncidentFacts facts, Belief.Kind kind, Belief.Confidence confidence) {
        Belief belief = Belief.of(facts);

        assertThat(belief.kind()).as("%s", belief).isEqualTo(kind);
        assertThat(belief.confidence()).as("%s", belief).isEqualTo(confidence);
    }

    /// Every combination within small bounds.
    private static List<IncidentFacts> all() {
        List<IncidentFacts> all = new ArrayList<>();
        for (DriftFacts drift : List.of(TEXT, PROGRAM, SET_ID, UNIT, CACHE, UPDATED, PACKAGED)) {
            for (int first = 0; first <= 4; first++) {
                for (int midLife = first == 0 ? 1 : 0; midLife <= 4; midLife++) {
                    for (int running : new int[] {1, 4, 8, 40}) {
                        if (running < first + midLife) {
                            continue;
                        }
                        IncidentFacts facts = facts(drift, first, midLife, running);
                        all.add(facts);
                        all.add(accused(facts));
                        all.add(recurring(facts, 4));
                        all.add(afterReset(facts, first, 0));
                        all.add(afterReset(facts, midLife, midLife));
                    }
                }
            }
        }
        return all;
    }

    @Test
    void everyBeliefNamesEachKindOnceAndItsEvidence() {
        for (IncidentFacts facts : all()) {
            Belief belief = Belief.of(facts);
            assertThat(belief.ranking())
                    .extracting(Belief.Ranked::kind)
                    .containsExactlyInAnyOrder(Belief.Kind.values());
            assertThat(belief.kind()).isEqualTo(belief.ranking().getFirst().kind());
            assertThat(belief.reasons()).isNotEmpty();
            assertThat(belief.reasons()).allMatch(reason -> reason.weight() != 0);
            assertThat(belief.reasons()).noneMatch(reason -> reason.says().isBlank());
        }
    }

    @Test
    void whatTheHostsCannotExplainIsAlwaysAnIntrusion() {
        assertThat(all())
                .filteredOn(facts -> facts.accusation() != null)
                .allSatisfy(facts -> assertThat(Belief.of(facts).kind()).isEqualTo(INTRUSION));
    }

    @Test
    void whatChangesWhatRunsIsNeverNoise() {
        assertThat(all())
                .filteredOn(facts -> facts.drift().dangerous() > 0)
                .allSatisfy(facts -> assertThat(Belief.of(facts).kind()).isNotEqualTo(NOISE));
    }

    @Test
    void whatHadProvedGoldenOnFewHostsIsNeverABadBaselineForSure() {
        assertThat(all())
                .filteredOn(facts -> facts.firstAtBoot() == 0)
                .allSatisfy(
                        facts -> assertThat(Belief.of(facts).kind()).isNotEqualTo(BAD_BASELINE));
    }

    @Test
    void aDoubtIsSaidAsOne() {
        Belief belief = Belief.of(facts(TEXT, 1, 0, 10));

        assertThat(belief.line()).startsWith("not sure, ");
    }

    @Test
    void theSameFactsGiveTheSameBelief() {
        assertThat(all()).allSatisfy(f -> assertThat(Belief.of(f)).isEqualTo(Belief.of(f)));
    }
}

package dev.assay.verifier.fleet;

import static dev.assay.verifier.fleet.Given.FIRST;
import static dev.assay.verifier.fleet.Given.NOON;
import static dev.assay.verifier.fleet.Given.SECOND;
import static dev.assay.verifier.fleet.Given.drifted;
import static dev.assay.verifier.fleet.Given.golden;
import static dev.assay.verifier.fleet.Given.undetermined;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.tree.Digest;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.appraise.IncidentKey;
import dev.assay.verifier.refusal.NotAuthenticException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// That a signed amendment lifts a latch, and that nothing else comes out from under it.
final class PardonTest {
    private static final Digest MOTD = incident("motd");
    private static final Digest CRON = incident("cron");

    private final GroupSettings group = Given.group(Mode.ENFORCE);
    private final Set<BootId> seen = new HashSet<>();
    private final List<EventType> events = new ArrayList<>();
    private Host host = Given.host();
    private Instant now = NOON;
    private long sequence;
    private Transition last = Transition.unchanged(host);

    private static Digest incident(String what) {
        return Digest.ofContent(Bytes.utf8(what));
    }

    private HostView attest(BootId boot, Appraisal appraisal, Digest... amends)
            throws NotAuthenticException {
        return attest(boot, appraisal, "root", true, amends);
    }

    private HostView attest(
            BootId boot, Appraisal appraisal, String root, boolean reported, Digest... amends)
            throws NotAuthenticException {
        now = now.plusSeconds(60);
        Attested attested =
                Given.attested(
                        boot,
                        seen.contains(boot),
                        ++sequence,
                        appraisal,
                        root,
                        reported,
                        List.of(amends));
        last = Lifecycle.attested(host, group, attested, now);
        seen.add(boot);
        host = last.host();
        last.events().forEach(event -> events.add(event.type()));
        return Views.of(host, group, now);
    }

    private void open(Reset.Status status) {
        Reset waiting =
                new Reset(
                        "r1",
                        host.name(),
                        host.group(),
                        Objects.requireNonNull(host.boot()).id(),
                        Cause.DRIFT,
                        Reset.Remedy.RESET,
                        "drifted: 3 changes",
                        null,
                        now,
                        Reset.Status.WAITING,
                        "",
                        now,
                        null,
                        null,
                        null,
                        List.of(),
                        null,
                        null);
        Reset announced = waiting.announced(now, now.plusSeconds(30), "");
        Attempt order = Attempt.begun(Reset.AGENT, now, now.plusSeconds(600), "drained");
        host =
                host.withReset(
                        status == Reset.Status.ORDERED ? announced.ordered(order) : announced);
    }

    private static Appraisal accused(String what) {
        return new Appraisal.Drifted(
                List.of(), List.of(), 3, "unexplained: trimmed", false, incident(what), false);
    }

    @Test
    void aBootThatShowedOnlyWhatIsAmendedIsGoldenWithoutAReboot() throws Exception {
        attest(FIRST, drifted("motd"));
        HostView view = attest(FIRST, golden(), MOTD);

        assertThat(view.state()).isEqualTo(HostState.GOLDEN);
        assertThat(view.admit()).isTrue();
        assertThat(host.history().latch()).isNull();
        assertThat(last.durable()).isTrue();
        assertThat(last.events())
                .filteredOn(event -> event.type() == EventType.PARDONED)
                .singleElement()
                .satisfies(
                        event ->
                                assertThat(event.details())
                                        .containsEntry("incidents", MOTD.hex())
                                        .containsKey("baseline"));
        assertThat(events).containsSubsequence(EventType.PARDONED, EventType.GOLDEN);
    }

    @Test
    void anAnnouncedResetIsWithdrawn() throws Exception {
        attest(FIRST, golden());
        attest(FIRST, drifted("motd"));
        open(Reset.Status.PENDING);
        attest(FIRST, golden(), MOTD);

        Reset reset = Objects.requireNonNull(host.reset());
        assertThat(reset.status()).isEqualTo(Reset.Status.WITHDRAWN);
        assertThat(reset.note()).contains("false alarm").contains("web #7");
    }

    @Test
    void anAnnouncedResetOfABootThatWasNeverGoldenIsWithdrawnAndDidNotSucceed() throws Exception {
        attest(FIRST, golden());
        attest(SECOND, drifted("motd"));
        open(Reset.Status.PENDING);
        attest(SECOND, golden(), MOTD);

        assertThat(Objects.requireNonNull(host.reset()).status()).isEqualTo(Reset.Status.WITHDRAWN);
    }

    @Test
    void anOrderThatIsOutIsNotTakenBack() throws Exception {
        attest(FIRST, drifted("motd"));
        open(Reset.Status.ORDERED);
        HostView view = attest(FIRST, golden(), MOTD);

        assertThat(view.state()).isEqualTo(HostState.RESETTING);
        assertThat(host.latch()).isNotNull();
    }

    @Test
    void aBaselineThatAmendsNothingLiftsNothing() throws Exception {
        attest(FIRST, drifted("motd"));

        assertThat(attest(FIRST, golden()).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aDriftBesideTheAmendedOneKeepsTheLatch() throws Exception {
        attest(FIRST, drifted("motd"));
        attest(FIRST, drifted("motd and a shell"));
        attest(FIRST, drifted("motd"));

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aDriftBeforeTheAmendedOneKeepsTheLatch() throws Exception {
        attest(FIRST, drifted("shell"));
        attest(FIRST, drifted("motd"));

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void severalIncidentsNeedThatAllAreAmended() throws Exception {
        attest(FIRST, drifted("motd"));
        attest(FIRST, drifted("cron"));
        attest(FIRST, drifted("motd"));
        assertThat(attest(FIRST, golden(), CRON).state()).isEqualTo(HostState.DRIFTED);

        assertThat(attest(FIRST, golden(), CRON, MOTD).state()).isEqualTo(HostState.GOLDEN);
    }

    /// A root that came without a list.
    private static Appraisal bare(String root) {
        Digest digest = incident(root);
        return new Appraisal.Drifted(
                List.of(),
                List.of(),
                0,
                "unexplained: no report explains the root",
                false,
                IncidentKey.of(List.of(), List.of(), digest),
                false);
    }

    @Test
    void aRootThatCameBeforeItsListIsPardonedWithTheList() throws Exception {
        attest(FIRST, bare("r"), "r", false);
        attest(FIRST, drifted("motd"), "r", true);

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.GOLDEN);
    }

    @Test
    void aRootWhoseListNeverCameIsNeverPardoned() throws Exception {
        attest(FIRST, bare("r"), "r", false);
        attest(FIRST, drifted("motd"), "another", true);

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aRootWithoutListAfterTheAmendedDriftIsNotForgotten() throws Exception {
        attest(FIRST, drifted("motd"), "r", true);
        attest(FIRST, bare("other"), "other", false);
        attest(FIRST, drifted("motd"), "r", true);

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aListThatLiedAboutItsRootIsNotMendedByAnother() throws Exception {
        attest(FIRST, bare("r"), "r", true);
        attest(FIRST, drifted("motd"), "r", true);

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void driftFromABaselineOlderThanWasProvedIsNeverPardoned() throws Exception {
        host = host.withHistory(host.history().withProvedSerial("web", 8));
        attest(FIRST, drifted("motd"));

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void driftThatIsNotExplainedIsNeverPardoned() throws Exception {
        attest(FIRST, accused("motd"));

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void oneUnexplainedDriftAmongAmendedOnesIsNotForgotten() throws Exception {
        attest(FIRST, drifted("motd"));
        attest(FIRST, accused("cron"));
        attest(FIRST, drifted("motd"));

        assertThat(attest(FIRST, golden(), MOTD, CRON).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void moreIncidentsThanAreRememberedAreNeverPardoned() throws Exception {
        List<String> all =
                IntStream.rangeClosed(0, Latch.MAX_SHOWN).mapToObj(i -> "i" + i).toList();
        for (String one : all) {
            attest(FIRST, drifted(one));
        }
        Digest[] amends = all.stream().map(PardonTest::incident).toArray(Digest[]::new);

        assertThat(attest(FIRST, golden(), amends).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void asManyIncidentsAsAreRememberedArePardoned() throws Exception {
        List<String> all = IntStream.range(0, Latch.MAX_SHOWN).mapToObj(i -> "i" + i).toList();
        for (String one : all) {
            attest(FIRST, drifted(one));
        }
        Digest[] amends = all.stream().map(PardonTest::incident).toArray(Digest[]::new);

        assertThat(attest(FIRST, golden(), amends).state()).isEqualTo(HostState.GOLDEN);
    }

    @Test
    void aBootThatFlappedAndThenDriftedIsNeverPardoned() throws Exception {
        for (int i = 0; i < Lifecycle.MAX_FAULTS; i++) {
            attest(FIRST, undetermined());
            attest(FIRST, golden());
        }
        attest(FIRST, drifted("motd"));

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aBootThatFlapsUnderTheCoverOfAnAmendedDriftIsNeverPardoned() throws Exception {
        attest(FIRST, drifted("motd"));
        for (int i = 0; i < Lifecycle.MAX_FAULTS; i++) {
            attest(FIRST, undetermined());
            attest(FIRST, drifted("motd"));
        }

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aBootThatCouldNotBeMeasuredForLongBesideAnAmendedDriftIsNeverPardoned() throws Exception {
        attest(FIRST, drifted("motd"));
        attest(FIRST, undetermined());
        now = now.plusMillis(group.faultDeadlineMillis());
        attest(FIRST, undetermined());
        attest(FIRST, drifted("motd"));

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void oneShortFaultBesideAnAmendedDriftIsPardoned() throws Exception {
        attest(FIRST, drifted("motd"));
        attest(FIRST, undetermined());

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.GOLDEN);
    }

    @Test
    void aBootThatMeasuredByNothingForLongBesideAnAmendedDriftIsNeverPardoned() throws Exception {
        attest(FIRST, drifted("motd"));
        for (int i = 0; i < 12; i++) {
            attest(FIRST, new Appraisal.Outdated("measured by no baseline", NOON));
        }

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aLatchOfAnotherBootThanThePresentOneIsNotPardoned() throws Exception {
        seen.add(SECOND);
        attest(FIRST, drifted("motd"));
        host = host.withBoot(null);
        attest(SECOND, golden(), MOTD);

        assertThat(host.latch()).isNotNull();
    }

    @Test
    void theQuarantineOfAPardonedHostStays() throws Exception {
        attest(FIRST, drifted("motd"));
        host = host.withQuarantine(new Quarantine("reset too often", now, null));
        HostView view = attest(FIRST, golden(), MOTD);

        assertThat(view.state()).isEqualTo(HostState.QUARANTINED);
        assertThat(view.admit()).isFalse();
    }

    @Test
    void driftAfterThePardonLatchesAnew() throws Exception {
        attest(FIRST, drifted("motd"));
        attest(FIRST, golden(), MOTD);
        attest(FIRST, drifted("shell"), MOTD);

        assertThat(attest(FIRST, golden(), MOTD).state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void theSightingSaysWhetherItWasTheFirstThingAfterAReset() throws Exception {
        attest(FIRST, golden());
        attest(FIRST, drifted("motd"));
        assertThat(Objects.requireNonNull(last.sighting()).afterReset()).isFalse();
        assertThat(last.sighting().summary().firstMeasurement()).isFalse();
        open(Reset.Status.ORDERED);
        attest(SECOND, drifted("motd"));

        Sighting sighting = Objects.requireNonNull(last.sighting());
        assertThat(sighting.afterReset()).isTrue();
        assertThat(sighting.summary().firstMeasurement()).isTrue();
        assertThat(sighting.boot()).isEqualTo(SECOND);
    }

    @Test
    void aDriftThatIsShownAgainIsNoNewSighting() throws Exception {
        attest(FIRST, drifted("motd"));
        attest(FIRST, drifted("motd"));

        assertThat(last.sighting()).isNull();
    }
}

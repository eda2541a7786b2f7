package dev.assay.verifier.reset;

import static dev.assay.verifier.fleet.Given.FIRST;
import static dev.assay.verifier.fleet.Given.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.Given;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Latch;
import dev.assay.verifier.fleet.Lifecycle;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Quarantine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every case of the policy that there is: what a host is accused of, what is done with it, what
/// stands in the way. The sentences are the specification; none of them looks at the code.
final class ResetPolicyTableTest {
    private enum Accusation {
        NOTHING,
        DRIFT,
        DRIFT_THAT_SURVIVES,
        UNDETERMINED,
        FLAPPING,
        SILENT,
        SILENT_TOGETHER
    }

    private record Case(
            Mode mode,
            Accusation accusation,
            boolean fenced,
            boolean worn,
            boolean approved,
            boolean held,
            boolean breaker,
            boolean windowClosed,
            boolean blocked,
            boolean noSlot) {

        boolean isAccused() {
            return accusation != Accusation.NOTHING && accusation != Accusation.SILENT_TOGETHER;
        }

        boolean isObstructed() {
            return held || breaker || windowClosed || blocked || noSlot;
        }

        Host host() throws Exception {
            Host host = golden();
            Latch latch =
                    switch (accusation) {
                        case NOTHING, SILENT, SILENT_TOGETHER -> null;
                        case DRIFT -> latch(Cause.DRIFT, drift(false));
                        case DRIFT_THAT_SURVIVES -> latch(Cause.DRIFT, drift(true));
                        case UNDETERMINED -> latch(Cause.UNDETERMINED, null);
                        case FLAPPING -> latch(Cause.FLAPPING, null);
                    };
            var history = host.history().withLatch(latch);
            for (int i = 2; worn && i >= 0; i--) {
                history = history.withResetAt(NOON.minus(Duration.ofHours(i)));
            }
            host = host.withHistory(history);
            if (approved) {
                boolean survives = accusation == Accusation.DRIFT_THAT_SURVIVES;
                host = host.withReset(Given.reset(host, NOON, survives).approved("op"));
            }
            if (held) {
                host = host.withHold(new Hold("op", "forensics", NOON.plusSeconds(1)));
            }
            return fenced ? host.withQuarantine(new Quarantine("cloned", NOON, null)) : host;
        }

        GroupSettings group() {
            List<Map<String, Object>> windows =
                    windowClosed
                            ? List.of(
                                    Map.of(
                                            "days", List.of("mon"),
                                            "from", "01:00",
                                            "to", "02:00",
                                            "zone", "UTC"))
                            : List.of();
            return Given.group(mode).with(Map.of("windows", windows));
        }

        Situation situation() {
            boolean silent =
                    accusation == Accusation.SILENT || accusation == Accusation.SILENT_TOGETHER;
            return new Situation(
                    silent,
                    accusation == Accusation.SILENT_TOGETHER,
                    breaker ? "halted" : null,
                    blocked ? "not now" : null,
                    noSlot ? "no slot" : null);
        }
    }

    private static Host golden() throws Exception {
        Appraisal golden = Given.golden();
        return Lifecycle.attested(
                        Given.host(),
                        Given.group(Mode.ENFORCE),
                        Given.attested(FIRST, false, 1, golden),
                        NOON)
                .host();
    }

    private static Latch latch(Cause cause, @Nullable DriftSummary drift) {
        return new Latch(FIRST, cause, NOON, null, "accused", drift);
    }

    private static DriftSummary drift(boolean survives) {
        return new DriftSummary(
                Digest.ofContent(Bytes.utf8("x")), NOON, 1, survives, false, null, List.of("x"));
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            for (Accusation accusation : Accusation.values()) {
                for (int bits = 0; bits < 256; bits++) {
                    cases.add(
                            new Case(
                                    mode,
                                    accusation,
                                    (bits & 1) != 0,
                                    (bits & 2) != 0,
                                    (bits & 4) != 0,
                                    (bits & 8) != 0,
                                    (bits & 16) != 0,
                                    (bits & 32) != 0,
                                    (bits & 64) != 0,
                                    (bits & 128) != 0));
                }
            }
        }
        return cases;
    }

    private static Decision decide(Case one) throws Exception {
        return ResetPolicy.decide(one.host(), one.group(), one.situation(), NOON);
    }

    @Test
    void whoIsFencedOrNotAccusedIsLeft() throws Exception {
        for (Case one : cases()) {
            boolean left = decide(one) instanceof Decision.Leave;

            assertThat(left).as(one.toString()).isEqualTo(one.fenced() || !one.isAccused());
        }
    }

    @Test
    void whoWasResetTooOftenIsQuarantinedUnlessTheFleetIsAccused() throws Exception {
        for (Case one : cases()) {
            boolean quarantined = decide(one) instanceof Decision.Quarantine;
            boolean worn = one.worn() && !one.fenced() && one.isAccused() && !one.breaker();

            assertThat(quarantined).as(one.toString()).isEqualTo(worn);
        }
    }

    @Test
    void anObservedGroupIsOnlyWatched() throws Exception {
        for (Case one : cases()) {
            Decision decision = decide(one);
            boolean answered =
                    decision instanceof Decision.Leave || decision instanceof Decision.Quarantine;

            assertThat(decision instanceof Decision.Watch)
                    .as(one.toString())
                    .isEqualTo(one.mode() == Mode.OBSERVE && !answered);
            if (decision instanceof Decision.Watch watch) {
                assertThat(watch.obstacle() != null)
                        .as(one.toString())
                        .isEqualTo(one.isObstructed());
            }
        }
    }

    @Test
    void nothingIsResetThatAnythingStandsInTheWayOf() throws Exception {
        int resets = 0;
        for (Case one : cases()) {
            Decision decision = decide(one);
            boolean reset =
                    decision instanceof Decision.Reset || decision instanceof Decision.Replace;
            boolean may =
                    one.isAccused()
                            && !one.fenced()
                            && !one.worn()
                            && !one.isObstructed()
                            && (one.mode() == Mode.ENFORCE
                                    || one.mode() == Mode.APPROVE && one.approved());
            resets += reset ? 1 : 0;

            assertThat(reset).as(one.toString()).isEqualTo(may);
            assertThat(decision instanceof Decision.Replace)
                    .as(one.toString())
                    .isEqualTo(may && one.accusation() == Accusation.DRIFT_THAT_SURVIVES);
        }
        assertThat(resets).isPositive();
    }

    @Test
    void anIntrusionComesBeforeAWrongBaselineAndBothBeforeTheSilent() throws Exception {
        Host host = golden();
        DriftSummary first =
                new DriftSummary(
                        Digest.ofContent(Bytes.utf8("x")), NOON, 1, false, true, null, List.of());
        List<Host> sorted =
                List.of(
                        host.withHistory(
                                host.history().withLatch(latch(Cause.DRIFT, drift(false)))),
                        host.withHistory(host.history().withLatch(latch(Cause.DRIFT, first))),
                        host.withHistory(host.history().withLatch(latch(Cause.FLAPPING, null))),
                        host);

        assertThat(sorted).extracting(ResetPolicy::urgency).containsExactly(0, 1, 2, 3);
    }
}

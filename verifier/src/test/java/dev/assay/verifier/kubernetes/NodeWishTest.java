package dev.assay.verifier.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.kubernetes.HostSays.State;
import dev.assay.verifier.kubernetes.NodeWish.Cordon;
import dev.assay.verifier.kubernetes.NodeWish.Effect;
import dev.assay.verifier.kubernetes.NodeWish.Policy;
import dev.assay.verifier.kubernetes.NodeWish.Status;
import dev.assay.verifier.kubernetes.NodeWish.Taints;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeWishTest {
    private static final Instant CREATED = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant LATER = CREATED.plusSeconds(60);
    private static final Instant DRAIN_BY = CREATED.plusSeconds(90);
    private static final String BOOT = "8a5f1c6e-0000-4000-8000-000000000001";
    private static final NodeFacts NODE = node(BOOT);
    private static final Policy USUAL = new Policy(false, false);
    private static final Set<Effect> BOTH = EnumSet.allOf(Effect.class);
    private static final Set<Effect> NO_SCHEDULE = EnumSet.of(Effect.NO_SCHEDULE);

    private static NodeFacts node(@Nullable String boot) {
        return new NodeFacts("node-1", "uid-1", null, CREATED, boot);
    }

    private static HostSays host(State state) {
        return new HostSays(
                "node-1",
                null,
                state,
                state == State.GOLDEN,
                "because of " + state,
                BOOT,
                LATER,
                state == State.RESET_PENDING ? DRAIN_BY : null,
                false);
    }

    private static NodeWish wish(HostSays host) {
        return NodeWish.of(new Testimony.Said(host), NODE, false, USUAL);
    }

    private static HostSays golden(boolean admit, @Nullable String boot, @Nullable Instant at) {
        return new HostSays("node-1", null, State.GOLDEN, admit, "golden", boot, at, null, false);
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void goldenAloneIsFreeOfTaintsAndOfOurCordon(State state) {
        NodeWish wish = wish(host(state));
        boolean admitted = state == State.GOLDEN;
        assertThat(wish.cordon() == Cordon.LIFT).isEqualTo(admitted);
        assertThat(wish.condition().status() == Status.TRUE).isEqualTo(admitted);
        assertThat(wish.taints().equals(new Taints.Exactly(Set.of()))).isEqualTo(admitted);
        assertThat(effects(wish)).isEqualTo(admitted ? Set.of() : expected(state));
    }

    private static Set<Effect> expected(State state) {
        return switch (state) {
            case GOLDEN -> Set.of();
            case OUTDATED, DRIFTED, RESET_PENDING, SILENT, HOST_FAULT -> NO_SCHEDULE;
            case ARCHIVED, VERIFIER_FAULT, NOT_UNDERSTOOD -> NO_SCHEDULE;
            case RESETTING, QUARANTINED -> BOTH;
        };
    }

    private static Set<Effect> effects(NodeWish wish) {
        return switch (wish.taints()) {
            case Taints.Exactly(Set<Effect> effects) -> effects;
            case Taints.AtLeast(Set<Effect> effects) -> effects;
        };
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void podsAreEvictedOnlyWhileAResetIsAnnounced(State state) {
        assertThat(wish(host(state)).drainBy())
                .isEqualTo(state == State.RESET_PENDING ? DRAIN_BY : null);
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void aNodeIsCordonedOnlyForAReset(State state) {
        assertThat(wish(host(state)).cordon() == Cordon.SET)
                .isEqualTo(
                        EnumSet.of(State.RESET_PENDING, State.RESETTING, State.QUARANTINED)
                                .contains(state));
    }

    @Test
    void aHostThatIsDrainedIsNotDrainedAgain() {
        HostSays drained =
                new HostSays(
                        "node-1",
                        null,
                        State.RESET_PENDING,
                        false,
                        "",
                        BOOT,
                        LATER,
                        DRAIN_BY,
                        true);
        assertThat(wish(drained).drainBy()).isNull();
        assertThat(wish(drained).cordon()).isEqualTo(Cordon.SET);
    }

    @Test
    void aHostThatIsAdmittedInAnotherStateThanGoldenIsNot() {
        for (State state : EnumSet.complementOf(EnumSet.of(State.GOLDEN))) {
            HostSays lying =
                    new HostSays("node-1", null, state, true, "", BOOT, LATER, null, false);
            assertThat(wish(lying).condition().status()).as("%s", state).isNotEqualTo(Status.TRUE);
            assertThat(effects(wish(lying))).as("%s", state).contains(Effect.NO_SCHEDULE);
        }
    }

    @Test
    void goldenWithoutAdmissionIsNotAdmitted() {
        assertThat(wish(golden(false, BOOT, LATER)).condition().reason()).isEqualTo("NotAdmitted");
    }

    /// A machine that was replaced under the same name would inherit its predecessor's verdict.
    @ParameterizedTest
    @ValueSource(longs = {-600, -1, 0})
    void aVerdictOlderThanTheNodeDoesNotAdmitIt(long seconds) {
        NodeWish wish = wish(golden(true, BOOT, CREATED.plusSeconds(seconds)));
        assertThat(wish.condition().reason()).isEqualTo("NotYetProved");
        assertThat(wish.taints()).isEqualTo(new Taints.Exactly(NO_SCHEDULE));
    }

    @Test
    void aVerdictWithoutATimeDoesNotAdmit() {
        assertThat(wish(golden(true, BOOT, null)).condition().reason()).isEqualTo("NotYetProved");
    }

    @Test
    void aNodeThatSaysItIsInAnotherBootIsNotAdmitted() {
        NodeWish wish =
                NodeWish.of(
                        new Testimony.Said(golden(true, BOOT, LATER)), node("other"), true, USUAL);
        assertThat(wish.condition().reason()).isEqualTo("OtherBoot");
        assertThat(wish.taints()).isEqualTo(new Taints.Exactly(NO_SCHEDULE));
    }

    @Test
    void aNodeThatSaysNothingOfItsBootIsJudgedByTheVerifierAlone() {
        NodeWish wish =
                NodeWish.of(
                        new Testimony.Said(golden(true, BOOT, LATER)), node(null), false, USUAL);
        assertThat(wish.condition().status()).isEqualTo(Status.TRUE);
    }

    @Test
    void aNodeWithoutAHostTakesNoNewWork() {
        NodeWish wish = NodeWish.of(new Testimony.Nobody("none"), NODE, true, USUAL);
        assertThat(wish.taints()).isEqualTo(new Taints.Exactly(NO_SCHEDULE));
        assertThat(wish.cordon()).isEqualTo(Cordon.KEEP);
    }

    @Test
    void theVerifiersSilenceLeavesAnAdmittedNodeAsItIs() {
        for (Testimony silence : silences()) {
            NodeWish wish = NodeWish.of(silence, NODE, true, USUAL);
            assertThat(wish.taints()).isEqualTo(new Taints.AtLeast(Set.of()));
        }
    }

    @Test
    void theVerifiersSilenceAdmitsNobody() {
        for (Testimony silence : silences()) {
            NodeWish wish = NodeWish.of(silence, NODE, false, USUAL);
            assertThat(wish.taints()).isEqualTo(new Taints.AtLeast(NO_SCHEDULE));
        }
    }

    @Test
    void theVerifiersSilenceEvictsNobodyAndCordonsNothing() {
        for (Testimony silence : silences()) {
            for (Policy policy : policies()) {
                for (boolean keeps : List.of(true, false)) {
                    NodeWish wish = NodeWish.of(silence, NODE, keeps, policy);
                    assertThat(effects(wish)).doesNotContain(Effect.NO_EXECUTE);
                    assertThat(wish.cordon()).isEqualTo(Cordon.KEEP);
                    assertThat(wish.drainBy()).isNull();
                    assertThat(wish.condition().status()).isEqualTo(Status.UNKNOWN);
                }
            }
        }
    }

    private static List<Testimony> silences() {
        return List.of(
                new Testimony.Silence("away"), new Testimony.Said(host(State.VERIFIER_FAULT)));
    }

    private static List<Policy> policies() {
        return List.of(
                USUAL, new Policy(true, false), new Policy(false, true), new Policy(true, true));
    }

    @Test
    void driftThrowsPodsOutOnlyWhereTheSiteAsksForIt() {
        for (State state : State.values()) {
            Set<Effect> usual = effects(wish(host(state)));
            Set<Effect> asked =
                    effects(
                            NodeWish.of(
                                    new Testimony.Said(host(state)),
                                    NODE,
                                    false,
                                    new Policy(false, true)));
            assertThat(asked).isEqualTo(state == State.DRIFTED ? BOTH : usual);
        }
    }

    @Test
    void observingChangesNothingThatSchedulesOrMovesPods() {
        List<Testimony> all = new ArrayList<>(silences());
        all.add(new Testimony.Nobody("none"));
        for (State state : State.values()) {
            all.add(new Testimony.Said(host(state)));
        }
        for (Testimony testimony : all) {
            NodeWish wish = NodeWish.of(testimony, NODE, false, new Policy(true, true));
            assertThat(wish.taints()).isEqualTo(new Taints.AtLeast(Set.of()));
            assertThat(wish.cordon()).isEqualTo(Cordon.KEEP);
            assertThat(wish.drainBy()).isNull();
            assertThat(wish.condition())
                    .isEqualTo(NodeWish.of(testimony, NODE, false, USUAL).condition());
        }
    }

    @Test
    void aLongReasonIsCut() {
        HostSays host =
                new HostSays(
                        "node-1",
                        null,
                        State.DRIFTED,
                        false,
                        "x".repeat(10_000),
                        null,
                        null,
                        null,
                        false);
        assertThat(wish(host).condition().message()).hasSize(NodeWish.MAX_MESSAGE_CHARS);
    }
}

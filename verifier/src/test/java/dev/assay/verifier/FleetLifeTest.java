package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.HostQuery;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.refusal.RefusedException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hosts come, go and vanish.
final class FleetLifeTest {
    private static final Principal ORCHESTRATOR = new Principal("k8s", Role.ORCHESTRATOR);

    @TempDir private Path folder;
    private Installation at;

    @BeforeEach
    void open() throws Exception {
        at = new Installation(folder);
    }

    @AfterEach
    void close() {
        at.close();
    }

    private void createGroup(Mode mode) throws Exception {
        GroupSettings group =
                Installation.settings(mode)
                        .with(Map.of("archiveMillis", Duration.ofHours(2).toMillis()));
        at.createGroup(group);
        at.publishGolden(1);
    }

    private Agent golden(String name) throws Exception {
        Agent agent = new Agent(at, name).enrol();
        agent.baseline = at.verifier.baselines().list().getFirst().name().digest();
        assertThat(agent.attest().admit()).isTrue();
        return agent;
    }

    /// Steps no longer than what the ticker takes for an outage of its own.
    private void tickFor(Duration time) {
        for (long left = time.toSeconds(); left > 0; left -= 30) {
            at.clock.advance(Duration.ofSeconds(Math.min(30, left)));
            at.verifier.ticker().tick();
        }
    }

    private HostState state(String host) throws Exception {
        return at.verifier.fleet().host(host).state();
    }

    private List<EventType> events() throws RefusedException {
        return at.verifier.feed().after(0, 1000).stream().map(event -> event.type()).toList();
    }

    private long rows(String table) throws Exception {
        try (var database = DriverManager.getConnection("jdbc:sqlite:" + at.data.database());
                var statement = database.createStatement();
                var count = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            return count.getLong(1);
        }
    }

    @Test
    void aNodeThatIsClosedByItsPlatformIdLeavesNothingBehind() throws Exception {
        createGroup(Mode.ENFORCE);
        golden("web-1");
        String closed = at.verifier.fleet().closePlatformId("i-web-1", ORCHESTRATOR);
        tickFor(Duration.ofMinutes(30));

        assertThat(closed).isEqualTo("web-1");
        assertThat(events()).endsWith(EventType.CLOSED);
        assertThat(List.of(rows("hosts"), rows("histories"), rows("boots"), rows("resets")))
                .containsOnly(0L);
    }

    @Test
    void aNameThatSomethingIsHeldAgainstDoesNotGetCleanByBeingClosed() throws Exception {
        createGroup(Mode.ENFORCE);
        Agent agent = golden("web-1");
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        tickFor(Duration.ofSeconds(60));
        at.verifier.fleet().close("web-1", ORCHESTRATOR);
        Agent again = new Agent(at, "web-1").enrol();
        again.baseline = agent.baseline;
        again.attest();

        assertThat(at.verifier.fleet().host("web-1").resetsInWindow()).isEqualTo(1);
    }

    @Test
    void anUnknownPlatformIdIsRefused() throws Exception {
        createGroup(Mode.ENFORCE);

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> at.verifier.fleet().closePlatformId("i-none", ORCHESTRATOR));
    }

    @Test
    void aNodeThatVanishedIsArchivedAndListedOnlyWhereAskedFor() throws Exception {
        createGroup(Mode.OBSERVE);
        golden("web-1");
        tickFor(Duration.ofMinutes(119));
        assertThat(state("web-1")).isEqualTo(HostState.UNKNOWN);
        tickFor(Duration.ofMinutes(3));

        assertThat(state("web-1")).isEqualTo(HostState.ARCHIVED);
        assertThat(at.verifier.fleet().hosts(new HostQuery(null, null, null, null))).isEmpty();
        assertThat(at.verifier.fleet().hosts(new HostQuery(null, null, HostState.ARCHIVED, null)))
                .hasSize(1);
    }

    @Test
    void aHostThatWasOrderedToLeaveItsBootIsNotAdmittedInItByWayOfTheArchive() throws Exception {
        at.createGroup(
                Installation.settings(Mode.ENFORCE)
                        .with(
                                Map.of(
                                        "archiveMillis", Duration.ofHours(2).toMillis(),
                                        "resetDeadlineMillis", Duration.ofDays(7).toMillis())));
        at.publishGolden(1);
        Agent agent = golden("web-1");
        tickFor(Duration.ofMinutes(150));

        assertThat(state("web-1")).isEqualTo(HostState.RESETTING);
        assertThat(agent.attest().admit()).isFalse();
        agent.reboot();
        assertThat(agent.attest().admit()).isTrue();
    }

    @Test
    void anArchivedHostComesBackBySpeaking() throws Exception {
        createGroup(Mode.OBSERVE);
        Agent agent = golden("web-1");
        tickFor(Duration.ofMinutes(130));

        assertThat(agent.attest().admit()).isTrue();
        assertThat(events()).contains(EventType.RETURNED);
    }

    @Test
    void theSlotOfAVanishedNodeIsFreeOnceItIsArchived() throws Exception {
        createGroup(Mode.ENFORCE);
        golden("web-1");
        Agent second = golden("web-2");
        for (int i = 0; i < 100; i++) {
            tickFor(Duration.ofSeconds(60));
            second.attest();
        }
        assertThat(state("web-1")).as("nobody could reset it").isEqualTo(HostState.QUARANTINED);
        second.tree = Tree.GOLDEN.tampered();
        second.attest();
        tickFor(Duration.ofSeconds(30));
        assertThat(at.verifier.fleet().host("web-2").because()).contains("slots");
        for (int i = 0; i < 30; i++) {
            tickFor(Duration.ofSeconds(60));
            second.attest();
        }

        assertThat(List.of(HostState.RESET_PENDING, HostState.RESETTING)).contains(state("web-2"));
        assertThat(at.verifier.fleet().host("web-1").quarantine()).isNotNull();
    }

    @Test
    void aDriftedHostThatVanishedIsNotArchived() throws Exception {
        createGroup(Mode.OBSERVE);
        Agent agent = golden("web-1");
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        tickFor(Duration.ofHours(5));

        assertThat(state("web-1")).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aResetOfManyHostsByOneIntruderEndsAtTheBreakerAndHealsAfterIt() throws Exception {
        at.createGroup(Installation.settings(Mode.ENFORCE).with(Map.of("budget", "50%")));
        at.publishGolden(1);
        List<Agent> agents = List.of(golden("web-1"), golden("web-2"), golden("web-3"));
        for (Agent agent : agents) {
            agent.tree = Tree.GOLDEN.tampered();
            agent.attest();
        }
        tickFor(Duration.ofSeconds(60));
        List<Agent> ordered = agents.stream().filter(this::isOrdered).toList();
        assertThat(ordered).as("one canary").hasSize(1);
        assertThat(at.verifier.resets().breaker(Installation.GROUP)).isNotNull();
        at.restart();
        Agent canary = ordered.getFirst();
        canary.reboot();
        canary.tree = Tree.GOLDEN;
        assertThat(canary.attest().admit()).isTrue();
        tickFor(Duration.ofSeconds(60));

        assertThat(agents.stream().filter(this::isOrdered)).hasSize(1);
        assertThat(events())
                .containsSubsequence(
                        EventType.BREAKER_TRIPPED,
                        EventType.BREAKER_CANARY,
                        EventType.BREAKER_DECIDED);
    }

    private boolean isOrdered(Agent agent) {
        try {
            return at.verifier.fleet().host(agent.host).state() == HostState.RESETTING;
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.baseline.Drift;
import dev.assay.tree.Digest;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.incident.Belief;
import dev.assay.verifier.incident.Incident;
import dev.assay.verifier.incident.IncidentDetail;
import dev.assay.verifier.incident.Incidents;
import dev.assay.verifier.incident.PathIncident;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.store.SqlIncidentStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Incidents over a real database.
final class IncidentTest {
    @TempDir private Path folder;
    private Installation at;
    private Digest baseline;

    @BeforeEach
    void open() throws Exception {
        at = new Installation(folder);
        at.createGroup(Installation.settings(Mode.ENFORCE));
        baseline = at.publishGolden(1);
    }

    @AfterEach
    void close() {
        at.close();
    }

    private Agent golden(String name) throws Exception {
        Agent agent = new Agent(at, name).enrol();
        agent.baseline = baseline;
        assertThat(agent.attest().admit()).isTrue();
        return agent;
    }

    private Agent tampered(String name) throws Exception {
        Agent agent = golden(name);
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        return agent;
    }

    private void reset(Agent agent) throws Exception {
        at.verifier.ticker().tick();
        at.clock.advance(Duration.ofSeconds(30));
        at.verifier.ticker().tick();
        assertThat(agent.attest().order()).isNotNull();
        agent.reboot();
        agent.tree = Tree.GOLDEN;
        assertThat(agent.attest().admit()).isTrue();
    }

    private Incident only() {
        assertThat(at.verifier.incidents().list()).hasSize(1);
        return at.verifier.incidents().list().getFirst();
    }

    @Test
    void anIncidentTellsWhatItIsWhileItIsThere() throws Exception {
        tampered("web-1");
        golden("web-2");
        Incident incident = only();

        assertThat(incident.hosts()).containsExactly("web-1");
        assertThat(incident.open()).isEqualTo(1);
        assertThat(incident.midLife()).isEqualTo(1);
        assertThat(incident.firstMeasurements()).isZero();
        assertThat(incident.totalPaths()).isEqualTo(3);
        assertThat(incident.paths()).contains("fs/usr/bin/.x");
        assertThat(incident.belief().kind()).isEqualTo(Belief.Kind.INTRUSION);
        assertThat(Objects.requireNonNull(incident.baseline()).serial()).isEqualTo(1);
    }

    @Test
    void anIncidentIsShownAfterItsHostWasReset() throws Exception {
        Agent agent = tampered("web-1");
        Digest id = only().id();
        reset(agent);
        at.restart();
        IncidentDetail detail = at.verifier.incidents().find(id.hex());

        assertThat(detail.incident().open()).isZero();
        assertThat(detail.drift().drifts())
                .extracting(Drift::path)
                .extracting(Object::toString)
                .contains("fs/usr/bin/.x", "fs/usr/bin/ssh");
        assertThat(detail.members())
                .singleElement()
                .satisfies(
                        member -> {
                            assertThat(member.now()).isEqualTo(HostState.GOLDEN);
                            assertThat(member.showsIt()).isFalse();
                            assertThat(member.reset()).isEqualTo("succeeded");
                        });
    }

    @Test
    void aRootThatCameBeforeItsListIsNoIncidentOfItsOwn() throws Exception {
        Agent agent = golden("web-1");
        agent.tree = Tree.GOLDEN.tampered();
        agent.golden = agent.tree;
        agent.attest();
        assertThat(only().accusation()).contains("unexplained");
        agent.golden = Tree.GOLDEN;
        agent.attest();

        assertThat(only().accusation()).isNull();
        assertThat(only().totalPaths()).isEqualTo(3);
    }

    @Test
    void theBeginningOfAnIdNamesItsIncident() throws Exception {
        tampered("web-1");
        Incident incident = only();

        assertThat(at.verifier.incidents().find(incident.id().hex().substring(0, 8)).incident())
                .isEqualTo(incident);
    }

    @Test
    void whatNamesNoIncidentIsRefused() throws Exception {
        tampered("web-1");
        assertThatThrownBy(() -> at.verifier.incidents().find("ffffffffffff"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no incident");
        assertThatThrownBy(() -> at.verifier.incidents().find("ab"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("hex digits");
        assertThatThrownBy(() -> at.verifier.incidents().find("%' OR 1=1"))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void hostsThatShowTheSameAreOneIncident() throws Exception {
        tampered("web-1");
        tampered("web-2");

        assertThat(only().hosts()).containsExactly("web-1", "web-2");
    }

    @Test
    void aHostThatShowsItAgainOnTheFreshBootAfterItsResetIsCounted() throws Exception {
        Agent agent = tampered("web-1");
        at.verifier.ticker().tick();
        at.clock.advance(Duration.ofSeconds(30));
        at.verifier.ticker().tick();
        agent.reboot();
        agent.attest();
        Incident incident = only();

        assertThat(incident.afterReset()).isEqualTo(1);
        assertThat(incident.midLife()).isEqualTo(1);
        assertThat(at.verifier.incidents().find(incident.id().hex()).members().getFirst().boots())
                .isEqualTo(2);
    }

    @Test
    void aHostThatWasForgottenIsStillNamed() throws Exception {
        tampered("web-1");
        Digest id = only().id();
        at.verifier.fleet().forget("web-1", Installation.OPERATOR);

        assertThat(at.verifier.incidents().find(id.hex()).members().getFirst().now()).isNull();
    }

    @Test
    void hostsThatShareAPathThoughTheirDriftDiffersAreTold() throws Exception {
        for (int i = 1; i <= 3; i++) {
            Agent agent = golden("web-" + i);
            agent.tree = Tree.GOLDEN.with("fs/usr/bin/ssh", Tree.file("evil " + i));
            agent.attest();
        }
        assertThat(at.verifier.incidents().list()).hasSize(3);
        PathIncident path = at.verifier.incidents().byPath().getFirst();

        assertThat(path.path()).isEqualTo("fs/usr/bin/ssh");
        assertThat(path.hosts()).containsExactly("web-1", "web-2", "web-3");
        assertThat(path.incidents()).hasSize(3);
        assertThat(path.belief().kind()).isEqualTo(Belief.Kind.INTRUSION);
    }

    @Test
    void theSameDriftOnTwoHostsIsNoPathOfItsOwn() throws Exception {
        tampered("web-1");
        tampered("web-2");

        assertThat(at.verifier.incidents().byPath()).isEmpty();
    }

    @Test
    void anIncidentIsRemovedNinetyDaysAfterItBeganLast() throws Exception {
        Agent agent = tampered("web-1");
        Digest id = only().id();
        reset(agent);
        at.clock.advance(Incidents.RETENTION.minusMinutes(2));
        at.verifier.ticker().tick();
        assertThat(at.verifier.incidents().find(id.hex())).isNotNull();
        at.clock.advance(Duration.ofMinutes(4));
        at.verifier.ticker().tick();

        assertThatThrownBy(() -> at.verifier.incidents().find(id.hex()))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void whatIsHeldAgainstAHostIsShownHoweverOldItIs() throws Exception {
        at.verifier.groups().change(Installation.settings(Mode.OBSERVE), Installation.OPERATOR);
        tampered("web-1");
        Digest id = only().id();
        at.clock.advance(Incidents.RETENTION.plusDays(1));
        at.verifier.ticker().tick();
        IncidentDetail detail = at.verifier.incidents().find(id.hex());

        assertThat(detail.incident().open()).isEqualTo(1);
        assertThat(detail.drift().drifts()).hasSize(3);
    }

    @Test
    void aHostThatShowsSomethingElseEachTimePushesOutOnlyItsOwn() throws Exception {
        tampered("web-1");
        Digest first = only().id();
        Agent flood = golden("web-2");
        for (int i = 0; i <= SqlIncidentStore.MAX_OF_HOST + 5; i++) {
            flood.tree = Tree.GOLDEN.with("fs/usr/bin/ssh", Tree.file("evil " + i));
            at.clock.advance(Duration.ofSeconds(1));
            flood.attest();
        }

        List<Incident> all = at.verifier.incidents().list();
        assertThat(all).hasSize(SqlIncidentStore.MAX_OF_HOST + 1);
        assertThat(all).extracting(Incident::id).contains(first);
    }
}

package dev.assay.verifier.reset;

import static dev.assay.verifier.fleet.Given.FIRST;
import static dev.assay.verifier.fleet.Given.NOON;
import static dev.assay.verifier.fleet.Given.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.evidence.BootId;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.Given;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.Lifecycle;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Views;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// When a host that was ordered to reset gives its slot back.
final class CameBackTest {
    private static final GroupSettings GROUP =
            Given.group(Mode.ENFORCE).with(Map.of("drainMillis", 0, "resetDeadlineMillis", 60_000));
    private static final Decision RESET = new Decision.Reset(Cause.DRIFT, "drifted");

    private static Host attest(Host host, BootId boot, Appraisal appraisal, Instant now)
            throws Exception {
        return Lifecycle.attested(host, GROUP, Given.attested(boot, false, 1, appraisal), now)
                .host();
    }

    private static Host ordered() throws Exception {
        Host host = attest(Given.host(), FIRST, Given.drifted("x"), NOON);
        host = Course.step(host, GROUP, RESET, "reset-1", NOON).host();
        return Course.step(host, GROUP, RESET, "reset-1", NOON).host();
    }

    @Test
    void aHostThatCameBackOutdatedKeepsNoSlotBeyondItsDeadline() throws Exception {
        Host host = ordered();
        assertThat(host.takesSlot()).isTrue();
        Instant deadline = NOON.plusSeconds(60);
        host = attest(host, SECOND, Appraisal.Outdated.blameless("retired"), deadline);
        host = Course.step(host, GROUP, new Decision.Leave(), "", deadline).host();

        assertThat(host.takesSlot()).isFalse();
        assertThat(Views.of(host, GROUP, deadline).state()).isEqualTo(HostState.OUTDATED);
        assertThat(host.quarantine()).isNull();
    }

    @Test
    void aClockThatIsPutBackKeepsNoSlot() throws Exception {
        Instant deadline = NOON.plusSeconds(60);
        Host host = Course.step(ordered(), GROUP, new Decision.Leave(), "", deadline).host();
        assertThat(Objects.requireNonNull(host.reset()).status()).isEqualTo(Reset.Status.FAILED);
        assertThat(host.takesSlot()).isTrue();
        host = attest(host, SECOND, Given.golden(), NOON.minusSeconds(3600));

        assertThat(host.takesSlot()).isFalse();
    }
}

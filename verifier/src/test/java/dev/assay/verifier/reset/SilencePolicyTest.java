package dev.assay.verifier.reset;

import static dev.assay.verifier.fleet.Given.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.fleet.Given;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Quarantine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SilencePolicyTest {
    private static final Instant LONG_AGO = NOON.minusSeconds(3600);
    private final GroupSettings group = Given.group(Mode.ENFORCE);

    private static Host heardAtNoon() throws Exception {
        return ResetPolicyTest.after(Given.golden());
    }

    @Test
    void silenceIsTooLongOnlyPastTheGroupsDeadline() throws Exception {
        assertThat(SilencePolicy.isTooLong(heardAtNoon(), group, LONG_AGO, NOON.plusSeconds(600)))
                .isFalse();
        assertThat(SilencePolicy.isTooLong(heardAtNoon(), group, LONG_AGO, NOON.plusSeconds(601)))
                .isTrue();
    }

    @Test
    void anOutageOfTheVerifierAccusesNobody() throws Exception {
        Instant started = NOON.plusSeconds(7200);
        Instant graceEnds = started.plusSeconds(120);

        assertThat(
                        SilencePolicy.isTooLong(
                                heardAtNoon(), group, started, graceEnds.plusSeconds(600)))
                .isFalse();
        assertThat(
                        SilencePolicy.isTooLong(
                                heardAtNoon(), group, started, graceEnds.plusSeconds(601)))
                .isTrue();
    }

    @Test
    void aHostThatNeverSpokeIsNotSilent() {
        assertThat(SilencePolicy.isTooLong(Given.host(), group, LONG_AGO, NOON.plusSeconds(86_400)))
                .isFalse();
    }

    @Test
    void threeOfTenThatFallSilentAreSilentTogether() throws Exception {
        List<Host> three = Collections.nCopies(3, heardAtNoon());

        assertThat(SilencePolicy.isTogether(three, group, LONG_AGO, NOON.plusSeconds(121)))
                .isTrue();
    }

    @Test
    void twoAreNotTogetherHoweverSmallTheGroup() throws Exception {
        List<Host> two = Collections.nCopies(2, heardAtNoon());

        assertThat(SilencePolicy.isTogether(two, group, LONG_AGO, NOON.plusSeconds(121))).isFalse();
    }

    @Test
    void hostsThatAreFencedAlreadyExcuseNobodysSilence() throws Exception {
        Host fenced = heardAtNoon().withQuarantine(new Quarantine("cloned", NOON, null));
        List<Host> members = new ArrayList<>(Collections.nCopies(3, fenced));
        members.add(heardAtNoon());

        assertThat(SilencePolicy.isTogether(members, group, LONG_AGO, NOON.plusSeconds(121)))
                .isFalse();
    }
}

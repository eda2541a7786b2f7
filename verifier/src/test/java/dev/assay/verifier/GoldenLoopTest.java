package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.Mode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GoldenLoopTest {
    @TempDir private Path folder;

    @Test
    void anEnrolledHostThatMeasuresGoldenIsAdmitted() throws Exception {
        try (Installation at = new Installation(folder)) {
            at.createGroup(Installation.settings(Mode.ENFORCE));
            Agent agent = new Agent(at, "web-1").enrol();
            agent.baseline = at.publishGolden(1);

            EvidenceResponse answer = agent.attest();

            assertThat(answer.admit()).isTrue();
            assertThat(answer.state()).isEqualTo("golden");
            assertThat(answer.because()).isEqualTo("golden: web #1");
            assertThat(at.verifier.fleet().host("web-1").state()).isEqualTo(HostState.GOLDEN);
        }
    }
}

package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class OvertakingEvidenceTest {
    @TempDir private Path folder;
    private Installation at;

    @BeforeEach
    void open() throws Exception {
        at = new Installation(folder);
        at.createGroup(Installation.settings(Mode.OBSERVE));
    }

    @AfterEach
    void close() {
        at.close();
    }

    /// The manifest becomes a pipe, so that the appraisal of drift takes as long as the test wants.
    @Test
    void cleanEvidenceDoesNotOvertakeDriftThatIsStillBeingAppraised() throws Exception {
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        agent.attest();
        Path manifest = manifest();
        byte[] content = Files.readAllBytes(manifest);
        Files.delete(manifest);
        assertThat(new ProcessBuilder("mkfifo", manifest.toString()).start().waitFor()).isZero();

        agent.tree = Tree.GOLDEN.tampered();
        Bytes drift = agent.evidenceJson();
        agent.tree = Tree.GOLDEN;
        Bytes clean = agent.evidenceJson();
        FutureTask<EvidenceResponse> accused =
                new FutureTask<>(
                        (Callable<EvidenceResponse>) () -> at.verifier.intake().accept(drift));
        Thread.ofPlatform().daemon().start(accused);
        try (OutputStream pipe = Files.newOutputStream(manifest)) {
            assertThatThrownBy(() -> at.verifier.intake().accept(clean))
                    .isInstanceOfSatisfying(
                            NotAuthenticException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
            pipe.write(content);
        }

        assertThat(accused.get(60, TimeUnit.SECONDS).state()).isEqualTo("drifted");
        assertThat(agent.attest().because()).contains("restored, but no new boot proved");
    }

    private Path manifest() throws Exception {
        try (var files = Files.list(at.data.manifests())) {
            return files.findFirst().orElseThrow();
        }
    }
}

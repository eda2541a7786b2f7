package dev.assay.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.agent.stub.StubVerifier;
import dev.assay.agent.stub.TestTrust;
import dev.assay.agent.verifierclient.VerifierClient;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustStoreTest {
    @TempDir Path folder;
    private final TestTrust trust = new TestTrust();
    private StubVerifier verifier;
    private VerifierClient client;
    private Path kept;
    private Path pinned;

    @BeforeEach
    void start() throws IOException {
        verifier = new StubVerifier(trust);
        client =
                new VerifierClient(
                        verifier.url(),
                        trust.root(1).tls(),
                        AgentBench.USUAL,
                        InstantSource.system());
        kept = folder.resolve("trust-root.json");
        pinned = trust.pinnedFile(folder);
    }

    @AfterEach
    void stop() {
        client.close();
        verifier.close();
    }

    private TrustStore open(@Nullable Path file) throws StartException, IOException {
        return TrustStore.open(kept, file);
    }

    private void offer(int version) {
        verifier.roots.put(version, trust.sign(trust.root(version)));
    }

    @Test
    void versionsAreFollowedOneByOneAndKept() throws Exception {
        offer(2);
        offer(3);
        assertThat(open(pinned).follow(3, client)).isTrue();
        assertThat(open(null).current().version()).isEqualTo(3);
        assertThat(open(pinned).current().version()).isEqualTo(3);
    }

    @Test
    void aSkippedVersionIsNotFollowed() throws Exception {
        offer(3);
        TrustStore store = open(pinned);
        assertThat(store.follow(3, client)).isFalse();
        assertThat(store.current().version()).isEqualTo(1);
    }

    @Test
    void aLaterVersionInThePlaceOfTheNextIsRefused() throws Exception {
        verifier.roots.put(2, trust.sign(trust.root(3)));
        assertThat(open(pinned).follow(3, client)).isFalse();
        assertThat(open(null).current().version()).isEqualTo(1);
    }

    @Test
    void aVersionSignedByStrangersIsRefused() throws Exception {
        TestTrust strangers = new TestTrust();
        verifier.roots.put(2, strangers.sign(strangers.root(2)));
        assertThat(open(pinned).follow(2, client)).isFalse();
    }

    @Test
    void aVersionSignedOnlyByAKeyOfAnotherRoleIsRefused() throws Exception {
        Envelope unsigned =
                Envelope.unsigned(TrustRoot.PAYLOAD_TYPE, trust.sign(trust.root(2)).payload());
        verifier.roots.put(2, unsigned.plusSignature(trust.orderKey));
        assertThat(open(pinned).follow(2, client)).isFalse();
    }

    @Test
    void whatWasFollowedBeforeARefusedVersionStays() throws Exception {
        offer(2);
        verifier.roots.put(
                3, trust.sign(trust.root(3)).plusSignature(SigningKey.generate(KeyType.ED25519)));
        verifier.roots.put(4, new TestTrust().sign(trust.root(4)));
        TrustStore store = open(pinned);
        assertThat(store.follow(4, client)).isTrue();
        assertThat(store.current().version()).isEqualTo(3);
    }

    @Test
    void aVerifierThatAlwaysHasOneMoreDoesNotHoldTheAgent() throws Exception {
        for (int version = 2; version < 100; version++) {
            offer(version);
        }
        TrustStore store = open(pinned);
        assertThat(store.follow(Integer.MAX_VALUE, client)).isTrue();
        assertThat(store.current().version()).isEqualTo(65);
    }

    @Test
    void aLaterPinnedVersionReplacesTheKeptOne() throws Exception {
        open(pinned);
        Path later = trust.pinnedFile(folder, trust.root(4));
        assertThat(open(later).current().version()).isEqualTo(4);
        assertThat(open(null).current().version()).isEqualTo(4);
    }

    @Test
    void anotherInstallationsTrustRootOfTheSameVersionIsForeign() throws Exception {
        open(pinned);
        Path other = Files.createDirectory(folder.resolve("other"));
        Path foreign = new TestTrust().pinnedFile(other);
        assertThatThrownBy(() -> open(foreign))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("another installation");
    }

    @Test
    void aDamagedKeptOneGivesWayToThePinnedOne() throws Exception {
        for (String damaged : List.of("", "{", "{\"payload\":\"\",\"payloadType\":\"\"}")) {
            Files.writeString(kept, damaged);
            assertThat(open(pinned).current().version()).isEqualTo(1);
        }
    }

    @Test
    void aFileThatIsNoTrustRootIsUsage() throws IOException {
        Path file = Files.writeString(folder.resolve("no-root.json"), "{}");
        for (Path wrong : List.of(file, folder.resolve("missing"), folder)) {
            assertThatThrownBy(() -> open(wrong))
                    .isInstanceOfSatisfying(
                            StartException.class, e -> assertThat(e.isUsage()).isTrue());
        }
    }

    @Test
    void withoutAnyThereIsNothingToTrust() {
        assertThatThrownBy(() -> open(null))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("--trust-root");
    }
}

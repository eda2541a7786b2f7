package dev.assay.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.agent.stub.StubVerifier;
import dev.assay.agent.stub.TestBaseline;
import dev.assay.agent.stub.TestHost;
import dev.assay.agent.stub.TestTrust;
import dev.assay.agent.verifierclient.VerifierClient;
import dev.assay.agent.verifierclient.VerifierClient.Asker;
import dev.assay.agent.verifierclient.VerifierException;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.ManifestReader;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.Verified;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaselineCacheTest {
    @TempDir Path folder;
    private final TestTrust trust = new TestTrust();
    private final TrustRoot root = trust.root(1);
    private final TestHost host = new TestHost();
    private final Asker asker =
            new Asker("web-1", host.boot(), SigningKey.generate(KeyType.ECDSA_P256));
    private StubVerifier verifier;
    private VerifierClient client;
    private BaselineCache cache;
    private Path documents;
    private Path manifests;

    @BeforeEach
    void start() throws IOException {
        verifier = new StubVerifier(trust);
        client =
                new VerifierClient(
                        verifier.url(), root.tls(), AgentBench.USUAL, InstantSource.system());
        documents = Files.createDirectory(folder.resolve("baselines"));
        manifests = Files.createDirectory(folder.resolve("manifests"));
        cache = new BaselineCache(documents, manifests, StubVerifier.CHANNEL);
    }

    @AfterEach
    void stop() {
        client.close();
        verifier.close();
    }

    private TestBaseline baseline(long serial) {
        return TestBaseline.of(host.set(), StubVerifier.CHANNEL, serial, trust.baselineKey);
    }

    private Path only(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }

    private Verified<Baseline> fetched(TestBaseline baseline) throws Exception {
        verifier.publish(baseline);
        Verified<Baseline> stored = cache.store(baseline.envelope(), root);
        cache.fetchManifest(client, asker, stored);
        return stored;
    }

    @Test
    void whatIsStoredIsReadBackVerified() throws Exception {
        TestBaseline baseline = baseline(1);
        cache.store(baseline.envelope(), root);
        assertThat(cache.held()).containsExactly(baseline.digest());
        assertThat(cache.read(baseline.digest(), root))
                .hasValueSatisfying(read -> assertThat(read.value().serial()).isEqualTo(1));
    }

    @Test
    void anUnsignedBaselineIsRefused() {
        Envelope unsigned =
                Envelope.unsigned(Baseline.PAYLOAD_TYPE, baseline(1).envelope().payload());
        assertThatThrownBy(() -> cache.store(unsigned, root))
                .isInstanceOf(NotSignedException.class);
        assertThat(documents).isEmptyDirectory();
    }

    @Test
    void aBaselineSignedByAnotherRoleIsRefused() {
        TestBaseline baseline =
                TestBaseline.of(host.set(), StubVerifier.CHANNEL, 1, trust.orderKey);
        assertThatThrownBy(() -> cache.store(baseline.envelope(), root))
                .isInstanceOf(NotSignedException.class);
    }

    @Test
    void aBaselineOfAnotherChannelIsForeign() {
        TestBaseline foreign = TestBaseline.of(host.set(), "db-nodes", 1, trust.baselineKey);
        assertThatThrownBy(() -> cache.store(foreign.envelope(), root))
                .isInstanceOf(NotSignedException.class)
                .hasMessageContaining("db-nodes");
    }

    @Test
    void aBaselineOfAnotherMeasurementVersionIsNotMeasuredBy() {
        TestBaseline later =
                TestBaseline.of(host.set(), StubVerifier.CHANNEL, 1, 2, trust.baselineKey);
        assertThatThrownBy(() -> cache.store(later.envelope(), root))
                .isInstanceOf(MalformedInputException.class);
    }

    @Test
    void aDocumentThatWasChangedOnDiskIsDeletedNotBelieved() throws Exception {
        TestBaseline baseline = baseline(1);
        cache.store(baseline.envelope(), root);
        TestBaseline forged =
                TestBaseline.of(
                        host.set(), StubVerifier.CHANNEL, 1, SigningKey.generate(KeyType.ED25519));
        byte[] another = Json.write(baseline(2).envelope()).toArray();
        List<byte[]> contents =
                List.of(
                        new byte[0],
                        "{".getBytes(StandardCharsets.UTF_8),
                        Json.write(forged.envelope()).toArray(),
                        another);
        for (byte[] content : contents) {
            Files.write(documents.resolve(baseline.digest().hex() + ".json"), content);
            assertThat(cache.read(baseline.digest(), root)).isEmpty();
            assertThat(documents).isEmptyDirectory();
        }
    }

    @Test
    void aManifestIsReadBackAgainstItsDigest() throws Exception {
        Verified<Baseline> stored = fetched(baseline(1));
        try (ManifestReader manifest = cache.manifest(stored).orElseThrow()) {
            assertThat(manifest.next()).isNotNull();
        }
    }

    @Test
    void aManifestWithOneByteFlippedOnDiskIsDeletedNotBelieved() throws Exception {
        Verified<Baseline> stored = fetched(baseline(1));
        Path file = only(manifests);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(cache.manifest(stored)).isEmpty();
        assertThat(manifests).isEmptyDirectory();
    }

    @Test
    void aTornManifestIsDeletedNotBelieved() throws Exception {
        Verified<Baseline> stored = fetched(baseline(1));
        Path file = only(manifests);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(cache.manifest(stored)).isEmpty();
        assertThat(manifests).isEmptyDirectory();
    }

    @Test
    void aManifestLongerThanItsDocumentSaysLeavesNothingBehind() throws Exception {
        TestBaseline baseline = baseline(1);
        Verified<Baseline> stored = cache.store(baseline.envelope(), root);
        verifier.publish(
                new TestBaseline(
                        baseline.baseline(),
                        baseline.envelope(),
                        baseline.manifest().plus(Bytes.utf8("more"))));
        assertThatThrownBy(() -> cache.fetchManifest(client, asker, stored))
                .isInstanceOf(VerifierException.Malformed.class);
        assertThat(manifests).isEmptyDirectory();
    }

    @Test
    void anotherManifestOfTheSameLengthIsNotBelieved() throws Exception {
        TestBaseline baseline = baseline(1);
        Verified<Baseline> stored = cache.store(baseline.envelope(), root);
        Bytes other = Bytes.copyOf(new byte[baseline.manifest().length()]);
        verifier.publish(new TestBaseline(baseline.baseline(), baseline.envelope(), other));
        cache.fetchManifest(client, asker, stored);
        assertThat(cache.manifest(stored)).isEmpty();
    }

    @Test
    void aFetchThatIsCutShortLeavesNothingAndWorksTheNextTime() throws Exception {
        TestBaseline baseline = baseline(1);
        Verified<Baseline> stored = cache.store(baseline.envelope(), root);
        Files.writeString(
                manifests.resolve(baseline.baseline().manifest().sha256().hex() + ".jsonl.gz.part"),
                "left by a crash");
        verifier.publish(baseline);
        verifier.override(
                Protocol.MANIFEST,
                exchange -> {
                    exchange.sendResponseHeaders(200, baseline.manifest().length());
                    exchange.getResponseBody().write(1);
                });
        assertThatThrownBy(() -> cache.fetchManifest(client, asker, stored))
                .isInstanceOf(VerifierException.Unreachable.class);
        assertThat(manifests).isEmptyDirectory();
        verifier.restore(Protocol.MANIFEST);
        cache.fetchManifest(client, asker, stored);
        cache.manifest(stored).orElseThrow().close();
    }

    @Test
    void whatIsNotActiveAnyMoreIsPruned() throws Exception {
        Verified<Baseline> old = fetched(baseline(1));
        host.values.put("kernel/taint", "1");
        Verified<Baseline> current = fetched(baseline(2));
        Files.writeString(documents.resolve("stray"), "");
        cache.prune(List.of(current));
        assertThat(cache.held()).containsExactly(current.digest());
        assertThat(cache.manifest(old)).isEmpty();
        assertThat(only(manifests)).isNotEmptyFile();
    }
}

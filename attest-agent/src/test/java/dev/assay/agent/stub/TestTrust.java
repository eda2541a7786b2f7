package dev.assay.agent.stub;

import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.PinnedTls;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TlsIdentity;
import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.TrustRoot.RoleKeys;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The keys of one installation.
public final class TestTrust {
    public final SigningKey rootKey = SigningKey.generate(KeyType.ED25519);
    public final SigningKey baselineKey = SigningKey.generate(KeyType.ED25519);
    public final SigningKey orderKey = SigningKey.generate(KeyType.ECDSA_P256);
    public final SigningKey resultKey = SigningKey.generate(KeyType.ECDSA_P256);
    public final SigningKey tlsKey = SigningKey.generate(KeyType.ECDSA_P256);
    public final X509Certificate certificate =
            TlsIdentity.selfSign(tlsKey, List.of("127.0.0.1"), Instant.now(), Duration.ofDays(1));

    public TrustRoot root(int version) {
        return root(version, List.of(PinnedTls.pinOf(certificate)), farAway());
    }

    private static Instant farAway() {
        return Instant.now().plus(Duration.ofDays(3650));
    }

    public TrustRoot root(int version, List<Digest> pins, Instant expires) {
        return new TrustRoot(
                TrustRoot.TYPE,
                version,
                expires,
                List.of(
                        rootKey.verificationKey(),
                        baselineKey.verificationKey(),
                        orderKey.verificationKey(),
                        resultKey.verificationKey()),
                Map.of(
                        TrustRole.ROOT, of(rootKey),
                        TrustRole.BASELINE, of(baselineKey),
                        TrustRole.ORDER, of(orderKey),
                        TrustRole.RESULT, of(resultKey)),
                pins);
    }

    private static RoleKeys of(SigningKey key) {
        return new RoleKeys(List.of(key.verificationKey().keyId()), 1);
    }

    public Envelope sign(TrustRoot root) {
        return Envelope.sign(TrustRoot.PAYLOAD_TYPE, Json.write(root), rootKey);
    }

    /// The first version, in a file as an installation pins it.
    public Path pinnedFile(Path folder) throws IOException {
        return pinnedFile(folder, root(1));
    }

    public Path pinnedFile(Path folder, TrustRoot root) throws IOException {
        Path file = folder.resolve("pinned-" + root.version() + ".json");
        Files.write(file, Json.write(sign(root)).toArray());
        return file;
    }

    public Envelope order(String id, String host, BootId boot, Instant issued, Duration life) {
        return order(id, host, boot, issued, life, orderKey);
    }

    public Envelope order(
            String id, String host, BootId boot, Instant issued, Duration life, SigningKey key) {
        ResetOrder order =
                new ResetOrder(id, host, boot, issued, issued.plus(life), "drifted: 3 changes");
        return Envelope.sign(ResetOrder.PAYLOAD_TYPE, Json.write(order), key);
    }
}

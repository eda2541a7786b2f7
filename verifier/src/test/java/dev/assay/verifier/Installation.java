package dev.assay.verifier;

import dev.assay.baseline.Anchor;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestWriter;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.Expectation;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.PathPattern;
import dev.assay.scope.Rule;
import dev.assay.scope.Scope;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.PrivateFiles;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.enrol.Tokens.NewToken;
import dev.assay.verifier.fleet.BaselineRecord;
import dev.assay.verifier.fleet.Baselines;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.store.VerifierData;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A verifier on a data folder of its own, with real keys and a real database; the time stands
/// still and nothing ticks unless the test says so.
final class Installation implements AutoCloseable {
    static final Principal OPERATOR = new Principal("op", Role.OPERATOR);
    static final String CHANNEL = "web";
    static final String GROUP = "web-nodes";

    final MovableClock clock = new MovableClock();
    final VerifierData data;
    final SigningKey rootKey = SigningKey.generate(KeyType.ED25519);
    final SigningKey baselineKey = SigningKey.generate(KeyType.ED25519);
    final SigningKey orderKey = SigningKey.generate(KeyType.ECDSA_P256);
    final SigningKey resultKey;
    Observer observer = Observer.NONE;
    private Rungs rungs = Rungs.NONE;
    Verifier verifier;

    Installation(Path folder) throws Exception {
        this(folder, KeyType.ECDSA_P256, Duration.ofDays(365));
    }

    Installation(Path folder, KeyType resultType, Duration trustRootLife) throws Exception {
        data = new VerifierData(folder.resolve("data"));
        resultKey = SigningKey.generate(resultType);
        PrivateFiles.createFolder(data.folder());
        PrivateFiles.createFolder(data.keys());
        orderKey.writeNew(data.orderKey());
        resultKey.writeNew(data.resultKey());
        PrivateFiles.writeNew(
                data.trustRoot(), Json.write(trustRoot(1, clock.instant().plus(trustRootLife))));
        verifier = open();
    }

    Envelope trustRoot(int version, Instant expires) {
        return trustRoot(version, expires, baselineKey);
    }

    Envelope trustRoot(int version, Instant expires, SigningKey baselineKey) {
        Map<TrustRole, TrustRoot.RoleKeys> roles = new LinkedHashMap<>();
        roles.put(TrustRole.ROOT, role(rootKey));
        roles.put(TrustRole.BASELINE, role(baselineKey));
        roles.put(TrustRole.ORDER, role(orderKey));
        roles.put(TrustRole.RESULT, role(resultKey));
        TrustRoot root =
                new TrustRoot(
                        TrustRoot.TYPE,
                        version,
                        expires,
                        List.of(
                                rootKey.verificationKey(),
                                baselineKey.verificationKey(),
                                orderKey.verificationKey(),
                                resultKey.verificationKey()),
                        roles,
                        List.of());
        return Envelope.sign(TrustRoot.PAYLOAD_TYPE, Json.write(root), rootKey);
    }

    private static TrustRoot.RoleKeys role(SigningKey key) {
        return new TrustRoot.RoleKeys(List.of(key.verificationKey().keyId()), 1);
    }

    private Verifier open() throws Exception {
        return Verifier.openWithoutTicker(data, "test 0", clock, observer, rungs);
    }

    /// With what a site file would give.
    void restart(Rungs offered) throws Exception {
        rungs = offered;
        restart();
    }

    /// As after a crash: what was not written is lost.
    void restart() throws Exception {
        verifier.close();
        verifier = open();
    }

    static GroupSettings settings(Mode mode) {
        return GroupSettings.of(GROUP, CHANNEL)
                .with(Map.of("mode", mode, "intervalMillis", 60_000, "drainMillis", 30_000));
    }

    void createGroup(GroupSettings settings) throws Exception {
        verifier.groups().create(settings, OPERATOR);
    }

    String token() throws Exception {
        return verifier.tokens()
                .create(new NewToken(Role.ENROL, GROUP, null, null, null, 1))
                .secret();
    }

    static Scope scope() {
        return new Scope(
                "test",
                1,
                "for tests",
                List.of(
                        new Rule(
                                PathPattern.of("**"),
                                MutabilityClass.IMMUTABLE,
                                "all of it",
                                false,
                                List.of()),
                        new Rule(
                                PathPattern.of("fs/firmware/**"),
                                MutabilityClass.IMMUTABLE,
                                "flash",
                                true,
                                List.of())),
                List.of(
                        new Expectation(
                                PathPattern.of("kernel/sysctl/kernel.hostname"),
                                "each host its own",
                                null,
                                null,
                                null,
                                null,
                                null,
                                "host.name")));
    }

    Baseline baseline(String channel, long serial, MeasurementSet golden) throws Exception {
        Path packed = Files.createTempFile(data.folder(), "manifest", ".gz");
        Baseline.ManifestReference reference;
        try (OutputStream out = Files.newOutputStream(packed)) {
            reference = ManifestWriter.write(golden, out);
        }
        Files.delete(packed);
        return baseline(
                channel,
                serial,
                golden,
                reference,
                clock.instant().minusSeconds(60),
                clock.instant().plus(Duration.ofDays(90)));
    }

    static Baseline baseline(
            String channel,
            long serial,
            MeasurementSet golden,
            Baseline.ManifestReference reference,
            Instant notBefore,
            Instant notAfter) {
        MeasurementSet.Roots roots = golden.roots();
        return new Baseline(
                channel,
                serial,
                notBefore,
                notAfter,
                MeasurementSet.MEASUREMENT_VERSION,
                scope(),
                roots.total(),
                roots.subtrees(),
                Coverage.NONE,
                List.<Anchor>of(),
                reference,
                new Baseline.Captured(notBefore, "/", "/", false, "test 0"));
    }

    Bytes goldenFile(Baseline baseline, MeasurementSet manifest, SigningKey signer)
            throws Exception {
        Path packed = Files.createTempFile(data.folder(), "manifest", ".gz");
        try (OutputStream out = Files.newOutputStream(packed)) {
            ManifestWriter.write(manifest, out);
        }
        Path file = Files.createTempFile(data.folder(), "baseline", ".golden");
        GoldenFile.write(
                file, Envelope.sign(Baseline.PAYLOAD_TYPE, baseline.toStatement(), signer), packed);
        Bytes bytes = Bytes.copyOf(Files.readAllBytes(file));
        Files.delete(packed);
        Files.delete(file);
        return bytes;
    }

    BaselineRecord publish(Bytes goldenFile) throws Exception {
        return publication(goldenFile).record();
    }

    Baselines.Publication publication(Bytes goldenFile) throws Exception {
        try (InputStream in = new ByteArrayInputStream(goldenFile.toArray())) {
            return verifier.baselines().publish(in, OPERATOR);
        }
    }

    BaselineRecord publish(String channel, long serial, MeasurementSet golden) throws Exception {
        return publish(goldenFile(baseline(channel, serial, golden), golden, baselineKey));
    }

    Digest publishGolden(long serial) throws Exception {
        return publish(CHANNEL, serial, Tree.GOLDEN.measured()).name().digest();
    }

    @Override
    public void close() {
        verifier.close();
    }
}

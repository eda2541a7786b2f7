package dev.assay.verifier.cli;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.PinnedTls;
import dev.assay.signing.PrivateFiles;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TlsIdentity;
import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.TrustRoot.RoleKeys;
import dev.assay.signing.VerificationKey;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.enrol.Tokens;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.store.VerifierData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a verifier's data folder: keys, trust root, certificate, database and the first operator's
/// token. It is built beside its place and then renamed, so it is there as a whole or not at all.
final class NewVerifier {
    /// Of the trust root and of the certificate.
    static final Duration LIFE = Duration.ofDays(365);

    static final Duration OPERATOR_LIFE = Duration.ofDays(365);

    private final Path folder;
    private final List<String> names;
    private final List<VerificationKey> baselineKeys;
    private final @Nullable SigningKey rootKey;
    private final Clock clock;

    /// @param names of the TLS certificate
    /// @param baselineKeys where there are none, one is made
    /// @param rootKey signs, and stays where it is; null makes one
    NewVerifier(
            Path folder,
            List<String> names,
            List<VerificationKey> baselineKeys,
            @Nullable SigningKey rootKey,
            Clock clock) {
        this.folder = folder.toAbsolutePath().normalize();
        this.names = names;
        this.baselineKeys = baselineKeys;
        this.rootKey = rootKey;
        this.clock = clock;
    }

    /// @param baselineKeyMade whether the folder holds a baseline key, which belongs offline
    /// @param rootKeyMade whether the folder holds the root key, which belongs offline
    record Made(TrustRoot trustRoot, boolean baselineKeyMade, boolean rootKeyMade) {}

    Made make()
            throws IOException,
                    MalformedInputException,
                    NotSignedException,
                    RefusedException,
                    CommandFailure {
        requireFree();
        Path parent = folder.getParent();
        if (parent == null) {
            throw CommandFailure.usage("--data needs a folder of its own");
        }
        Files.createDirectories(parent);
        // Of mode 0700 from the start.
        Path building = Files.createTempDirectory(parent, "." + folder.getFileName() + ".");
        try {
            Made made = fill(new VerifierData(building));
            Files.move(building, folder, StandardCopyOption.ATOMIC_MOVE);
            return made;
        } finally {
            Trees.delete(building);
        }
    }

    private void requireFree() throws IOException, CommandFailure {
        if (Files.exists(new VerifierData(folder).trustRoot())) {
            throw CommandFailure.operation(
                    folder + " is a verifier already: serve --data " + folder);
        }
        if (Files.exists(folder) && !Trees.isEmptyFolder(folder)) {
            throw CommandFailure.operation(folder + " is not empty: choose another folder");
        }
    }

    private Made fill(VerifierData data)
            throws IOException, MalformedInputException, NotSignedException, RefusedException {
        PrivateFiles.createFolder(data.keys());
        SigningKey order = made(KeyType.ED25519, data.orderKey());
        SigningKey result = made(KeyType.ECDSA_P256, data.resultKey());
        SigningKey tls = made(KeyType.ECDSA_P256, data.tlsKey());
        SigningKey root = rootKey != null ? rootKey : made(KeyType.ED25519, data.rootKey());
        List<VerificationKey> baseline = new ArrayList<>(baselineKeys);
        if (baseline.isEmpty()) {
            baseline.add(made(KeyType.ED25519, data.baselineKey()).verificationKey());
        }
        Instant now = clock.instant();
        X509Certificate certificate = TlsIdentity.selfSign(tls, names, now, LIFE);
        Files.writeString(data.tlsCertificate(), TlsIdentity.pem(certificate));
        TrustRoot trustRoot =
                trustRoot(
                        Map.of(
                                TrustRole.ROOT, List.of(root.verificationKey()),
                                TrustRole.BASELINE, baseline,
                                TrustRole.ORDER, List.of(order.verificationKey()),
                                TrustRole.RESULT, List.of(result.verificationKey())),
                        certificate,
                        now);
        TrustRootCommands.write(
                data.trustRoot(),
                Envelope.sign(TrustRoot.PAYLOAD_TYPE, Json.write(trustRoot), root));
        writeOperatorToken(data);
        return new Made(trustRoot, baselineKeys.isEmpty(), rootKey == null);
    }

    private static SigningKey made(KeyType type, Path file) throws IOException {
        SigningKey key = SigningKey.generate(type);
        key.writeNew(file);
        return key;
    }

    private static TrustRoot trustRoot(
            Map<TrustRole, List<VerificationKey>> holders,
            X509Certificate certificate,
            Instant now) {
        Map<String, VerificationKey> keys = new LinkedHashMap<>();
        Map<TrustRole, RoleKeys> roles = new EnumMap<>(TrustRole.class);
        for (TrustRole role : TrustRole.values()) {
            List<VerificationKey> of = holders.getOrDefault(role, List.of());
            of.forEach(key -> keys.put(key.keyId(), key));
            roles.put(role, new RoleKeys(of.stream().map(VerificationKey::keyId).toList(), 1));
        }
        return new TrustRoot(
                TrustRoot.TYPE,
                1,
                now.plus(LIFE).truncatedTo(ChronoUnit.SECONDS),
                List.copyOf(keys.values()),
                roles,
                List.of(PinnedTls.pinOf(certificate)));
    }

    private void writeOperatorToken(VerifierData data)
            throws IOException, MalformedInputException, NotSignedException, RefusedException {
        try (Verifier verifier =
                Verifier.open(data, VerifierMain.build(), clock, Observer.NONE, Rungs.NONE)) {
            String secret =
                    verifier.tokens()
                            .create(
                                    new Tokens.NewToken(
                                            Role.OPERATOR, null, null, null, OPERATOR_LIFE, 1))
                            .secret();
            PrivateFiles.writeNew(data.operatorToken(), Bytes.utf8(secret + "\n"));
        }
    }
}

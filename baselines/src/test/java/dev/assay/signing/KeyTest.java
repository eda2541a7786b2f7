package dev.assay.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.fixture.Mutations;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyTest {
    @TempDir Path folder;

    private static void requireNoKey(Bytes spki) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> VerificationKey.parse(spki));
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void aKeyFileIsReadBackAndOnlyItsOwnersToRead(KeyType type) throws Exception {
        SigningKey key = SigningKey.generate(type);
        Path file = folder.resolve("host.key");
        key.writeNew(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        SigningKey read = SigningKey.read(file);
        assertThat(read.verificationKey()).isEqualTo(key.verificationKey());
        Bytes message = Bytes.utf8("message");
        assertThat(key.verificationKey().verifies(message, read.sign(message))).isTrue();
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> key.writeNew(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rwx--x---", "rw-rw-rw-"})
    void aKeyFileThatOthersMayUseIsRefused(String mode) throws Exception {
        Path file = folder.resolve("host.key");
        SigningKey.generate(KeyType.ED25519).writeNew(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        assertThatIOException()
                .isThrownBy(() -> SigningKey.read(file))
                .withMessageContaining("chmod");
    }

    private void requireNoSigningKey(String content) throws IOException {
        Path file = folder.resolve("wrong.key");
        Files.deleteIfExists(file);
        PrivateFiles.writeNew(file, Bytes.utf8(content));
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> SigningKey.read(file));
    }

    private static String privateHalf(SigningKey key) {
        return Pem.write("PRIVATE KEY", Bytes.copyOf(key.toJca().getEncoded()));
    }

    @Test
    void halvesThatAreNotOneKeyAreRefused() throws Exception {
        KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(new ECGenParameterSpec("secp384r1"));
        String other =
                Pem.write(
                        "PRIVATE KEY",
                        Bytes.copyOf(p384.generateKeyPair().getPrivate().getEncoded()));
        for (KeyType type : KeyType.values()) {
            SigningKey key = SigningKey.generate(type);
            String publicHalf = key.verificationKey().pem();
            requireNoSigningKey(privateHalf(SigningKey.generate(type)) + publicHalf);
            requireNoSigningKey(other + publicHalf);
            requireNoSigningKey(privateHalf(key));
            requireNoSigningKey(publicHalf);
            requireNoSigningKey(publicHalf + privateHalf(key));
            requireNoSigningKey(privateHalf(key) + privateHalf(key) + publicHalf);
            requireNoSigningKey(privateHalf(key) + publicHalf + publicHalf);
            requireNoSigningKey(
                    privateHalf(key).replace("PRIVATE", "ENCRYPTED PRIVATE") + publicHalf);
            requireNoSigningKey("é" + publicHalf);
        }
        requireNoSigningKey("");
        requireNoSigningKey("x".repeat(100_000));
    }

    @Test
    void aP256KeyWithExplicitParametersIsRefused() throws Exception {
        SigningKey key = SigningKey.generate(KeyType.ECDSA_P256);
        SubjectPublicKeyInfo named =
                SubjectPublicKeyInfo.getInstance(key.verificationKey().spki().toArray());
        AlgorithmIdentifier explicit =
                new AlgorithmIdentifier(
                        X9ObjectIdentifiers.id_ecPublicKey, SECNamedCurves.getByName(P256.NAME));
        byte[] point = named.getPublicKeyData().getBytes();
        requireNoKey(
                Bytes.copyOf(
                        new SubjectPublicKeyInfo(explicit, point).getEncoded(ASN1Encoding.DER)));
        assertThat(
                        VerificationKey.parse(
                                Bytes.copyOf(
                                        new SubjectPublicKeyInfo(named.getAlgorithm(), point)
                                                .getEncoded(ASN1Encoding.DER))))
                .isEqualTo(key.verificationKey());
    }

    @Test
    void aPointThatIsNotOnTheCurveIsNoKey() throws Exception {
        byte[] spki = SigningKey.generate(KeyType.ECDSA_P256).verificationKey().spki().toArray();
        spki[spki.length - 1] ^= 1;
        requireNoKey(Bytes.copyOf(spki));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC secp384r1", "EC secp521r1", "RSA", "Ed448", "X25519", "DSA"})
    void aKeyOfAnotherKindIsRefused(String kind) throws Exception {
        List<String> words = List.of(kind.split(" ", -1));
        KeyPairGenerator generator = KeyPairGenerator.getInstance(words.getFirst());
        if (words.size() > 1) {
            generator.initialize(new ECGenParameterSpec(words.get(1)));
        }
        PublicKey key = generator.generateKeyPair().getPublic();
        requireNoKey(Bytes.copyOf(key.getEncoded()));
    }

    @Test
    void aKeyHasOneDerEncoding() {
        for (KeyType type : KeyType.values()) {
            Bytes good = SigningKey.generate(type).verificationKey().spki();
            requireNoKey(good.plus(Bytes.copyOf(new byte[1])));
            requireNoKey(good.slice(0, good.length() - 1));
            byte[] longForm = good.plus(Bytes.EMPTY).toArray();
            Bytes ber =
                    Bytes.ofHex("3081" + String.format(Locale.ROOT, "%02x", longForm[1]))
                            .plus(good.slice(2, good.length()));
            requireNoKey(ber);
        }
        requireNoKey(Bytes.EMPTY);
        requireNoKey(Bytes.copyOf(new byte[5000]));
    }

    @Test
    void mutatedKeysAreKeysOrRefused() {
        for (KeyType type : KeyType.values()) {
            VerificationKey good = SigningKey.generate(type).verificationKey();
            new Mutations("key")
                    .run(
                            good.spki(),
                            3000,
                            mutated -> {
                                VerificationKey key = VerificationKey.parse(mutated);
                                assertThat(key.spki()).isEqualTo(mutated);
                                key.verifies(Bytes.EMPTY, Bytes.copyOf(new byte[64]));
                            });
            new Mutations("signature")
                    .run(
                            Bytes.ofHex("3006020101020101"),
                            1000,
                            mutated -> assertThat(good.verifies(Bytes.EMPTY, mutated)).isFalse());
            new Mutations("pem")
                    .run(
                            Bytes.utf8(good.pem()),
                            1000,
                            mutated -> VerificationKey.parsePem(mutated.lossyText()));
        }
    }
}

package dev.assay.signing;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Set;

/// A private key in memory, with its public half. On disk: PEM blocks `PRIVATE KEY` (PKCS #8, RFC
/// 5958) and `PUBLIC KEY` in one file of mode 0600.
public final class SigningKey implements Signer {
    private static final int MAX_FILE_BYTES = 64 << 10;
    private static final Set<PosixFilePermission> FOR_OTHERS =
            PosixFilePermissions.fromString("---rwxrwx");

    private final PrivateKey key;
    private final VerificationKey publicKey;

    private SigningKey(PrivateKey key, VerificationKey publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    public static SigningKey generate(KeyType type) {
        try {
            KeyPairGenerator generator =
                    switch (type) {
                        case ED25519 -> KeyPairGenerator.getInstance("Ed25519");
                        case ECDSA_P256 -> {
                            KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
                            ec.initialize(new ECGenParameterSpec(P256.NAME));
                            yield ec;
                        }
                    };
            KeyPair pair = generator.generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerificationKey.of(pair.getPublic()));
        } catch (GeneralSecurityException | MalformedInputException e) {
            throw new IllegalStateException("every Java runtime has " + type.wire(), e);
        }
    }

    /// Refuses a file that others may read: a key that leaked once is no key.
    public static SigningKey read(Path file) throws IOException, MalformedInputException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.stream().anyMatch(FOR_OTHERS::contains)) {
            throw new IOException(
                    file + " can be used by others: chmod 600 it, or make a new key if they did");
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new MalformedInputException(file + " is too large for a key");
        }
        String pem = Bytes.copyOf(Files.readAllBytes(file)).lossyText();
        int second = pem.indexOf("-----BEGIN PUBLIC KEY-----");
        if (second < 0) {
            throw new MalformedInputException(
                    file + " has no PUBLIC KEY block after its PRIVATE KEY (openssl pkey -pubout)");
        }
        Bytes pkcs8 = Pem.parse(pem.substring(0, second), "PRIVATE KEY");
        VerificationKey publicKey = VerificationKey.parsePem(pem.substring(second));
        SigningKey key = new SigningKey(parsePrivate(pkcs8, publicKey.type()), publicKey);
        if (!key.isWhole()) {
            throw new MalformedInputException(file + ": the two halves are not one key");
        }
        return key;
    }

    /// A private half may also be of another curve, with which nothing can be signed at all.
    private boolean isWhole() {
        Bytes probe = Bytes.utf8("assay.key.probe");
        try {
            return publicKey.verifies(probe, sign(probe));
        } catch (IllegalStateException | ProviderException cannotSign) {
            return false;
        }
    }

    private static PrivateKey parsePrivate(Bytes pkcs8, KeyType type)
            throws MalformedInputException {
        try {
            String algorithm =
                    switch (type) {
                        case ED25519 -> "Ed25519";
                        case ECDSA_P256 -> "EC";
                    };
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8.toArray()));
        } catch (GeneralSecurityException e) {
            throw new MalformedInputException("private key is not " + type.wire(), e);
        }
    }

    /// Writes a new file of mode 0600, created so: there is no moment at which others can read it.
    ///
    /// @throws IOException also where the file exists, which is never overwritten
    public void writeNew(Path file) throws IOException {
        String pem = Pem.write("PRIVATE KEY", Bytes.copyOf(key.getEncoded())) + publicKey.pem();
        PrivateFiles.writeNew(file, Bytes.utf8(pem));
    }

    @Override
    public VerificationKey verificationKey() {
        return publicKey;
    }

    /// For TLS and tokens, whose libraries ask for the JDK's own type.
    public PrivateKey toJca() {
        return key;
    }

    @Override
    public Bytes sign(Bytes message) {
        try {
            Signature signature = Signature.getInstance(publicKey.type().jcaSignature());
            signature.initSign(key);
            signature.update(message.toArray());
            return Bytes.copyOf(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a generated key signs", e);
        }
    }
}

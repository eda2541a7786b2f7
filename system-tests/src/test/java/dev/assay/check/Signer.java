package dev.assay.check;

import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A key pair in two files, as `keygen` writes them.
record Signer(Path privateKey, Path publicKey) {
    static Signer make(Path folder, String name) throws IOException {
        SigningKey key = SigningKey.generate(KeyType.ED25519);
        Path privateKey = folder.resolve(name + ".key");
        key.writeNew(privateKey);
        Path publicKey = folder.resolve(name + ".pub.pem");
        Files.writeString(publicKey, key.verificationKey().pem());
        return new Signer(privateKey, publicKey);
    }
}

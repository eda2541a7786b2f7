package dev.assay.verifier.cli;

import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "keygen", description = "Make a signing key: NAME.key (0600) and NAME.pub.pem.")
final class KeygenCommand implements Callable<Integer> {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for both.")
    private Path folder;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "Of the files.")
    private String name;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "ed25519",
            description = "ed25519 (default) or ecdsa-p256.")
    private KeyType type;

    @Mixin private Printing printing;

    private record Made(String keyId, KeyType type, String privateKey, String publicKey) {}

    @Override
    public Integer call() throws IOException, CommandFailure {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw CommandFailure.usage("--name is a file's name: letters, digits, dots and dashes");
        }
        Path privateFile = folder.resolve(name + ".key");
        Path publicFile = folder.resolve(name + ".pub.pem");
        if (Files.exists(privateFile) || Files.exists(publicFile)) {
            throw CommandFailure.operation(
                    privateFile + " or its public half exists: choose another name or folder");
        }
        Files.createDirectories(folder);
        SigningKey key = SigningKey.generate(type);
        key.writeNew(privateFile);
        Files.writeString(publicFile, key.verificationKey().pem());
        String keyId = key.verificationKey().keyId();
        printing.print(
                new Made(keyId, type, privateFile.toString(), publicFile.toString()),
                List.of(
                        "private key  " + privateFile + "  (keep it offline)",
                        "public key   " + publicFile,
                        "key id       " + keyId));
        return Exit.CLEAN;
    }
}

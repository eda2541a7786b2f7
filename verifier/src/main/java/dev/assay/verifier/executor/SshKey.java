package dev.assay.verifier.executor;

import com.hierynomus.sshj.userauth.keyprovider.OpenSSHKeyV1KeyFile;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.nio.file.Path;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;

/// Reads the key with which the verifier shows who it is.
final class SshKey {
    private static final int MAX_BYTES = 16 << 10;

    private SshKey() {}

    static KeyProvider read(Path file) throws IOException, MalformedInputException {
        SshConfig.load();
        OpenSSHKeyV1KeyFile key = new OpenSSHKeyV1KeyFile();
        key.init(GuardedFile.readSecret(file, MAX_BYTES).lossyText(), null);
        try {
            if (key.getType() == KeyType.ED25519 && key.getPrivate() != null) {
                return key;
            }
        } catch (IOException | RuntimeException e) {
            // What a library says of a key's content stays unsaid.
            throw refused(file);
        }
        throw refused(file);
    }

    private static MalformedInputException refused(Path file) {
        return new MalformedInputException(
                file + " is no ed25519 key without a passphrase: ssh-keygen -t ed25519 -N ''");
    }
}

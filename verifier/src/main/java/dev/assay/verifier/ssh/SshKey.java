package dev.assay.verifier.ssh;

import com.hierynomus.sshj.userauth.keyprovider.OpenSSHKeyV1KeyFile;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.password.PasswordFinder;
import net.schmizz.sshj.userauth.password.Resource;
import org.jspecify.annotations.Nullable;

/// The key with which we show who we are.
public final class SshKey {
    public static final int MAX_BYTES = 16 << 10;

    private final KeyProvider provider;

    private SshKey(KeyProvider provider) {
        this.provider = provider;
    }

    KeyProvider provider() {
        return provider;
    }

    /// @param named the file, for messages
    /// @param content of the file: an ed25519 key in OpenSSH's format, without a passphrase
    public static SshKey parse(Path named, Bytes content) throws MalformedInputException {
        SshKey key = read(content, null);
        if (key == null) {
            throw new MalformedInputException(
                    named + " is no ed25519 key without a passphrase: ssh-keygen -t ed25519 -N ''");
        }
        return key;
    }

    /// @param passphrase asked for where the key has one
    public static SshKey parse(Path named, Bytes content, Supplier<char[]> passphrase)
            throws MalformedInputException {
        SshKey key = read(content, passphrase);
        if (key == null) {
            throw new MalformedInputException(
                    named
                            + " is no ed25519 key in OpenSSH's format, or the passphrase is not"
                            + " its own: ssh-keygen -y -f it");
        }
        return key;
    }

    private static @Nullable SshKey read(Bytes content, @Nullable Supplier<char[]> passphrase) {
        SshConfig.load();
        OpenSSHKeyV1KeyFile key = new OpenSSHKeyV1KeyFile();
        key.init(content.lossyText(), null, passphrase == null ? null : new Asked(passphrase));
        try {
            return key.getType() == KeyType.ED25519 && key.getPrivate() != null
                    ? new SshKey(key)
                    : null;
        } catch (IOException | RuntimeException e) {
            // What a library says of a key's content stays unsaid.
            return null;
        }
    }

    private record Asked(Supplier<char[]> passphrase) implements PasswordFinder {
        @Override
        public char[] reqPassword(Resource<?> resource) {
            return passphrase.get();
        }

        @Override
        public boolean shouldRetry(Resource<?> resource) {
            return false;
        }
    }
}

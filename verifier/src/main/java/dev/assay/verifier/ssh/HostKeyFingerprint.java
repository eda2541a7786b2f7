package dev.assay.verifier.ssh;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A host's key by its fingerprint, as `ssh-keygen -l` prints it: `SHA256:` and base64 without
/// padding.
public record HostKeyFingerprint(String text) implements HostKeys {
    private static final String PREFIX = "SHA256:";
    private static final int DIGEST_BYTES = 32;

    /// @throws IllegalArgumentException where it is no fingerprint; MD5 is none
    public HostKeyFingerprint {
        if (!text.startsWith(PREFIX) || !isDigest(text.substring(PREFIX.length()))) {
            throw new IllegalArgumentException(
                    "a host key's fingerprint is SHA256: and 43 characters, as ssh-keygen -lf"
                            + " /etc/ssh/ssh_host_ed25519_key.pub prints it on the host");
        }
    }

    private static boolean isDigest(String base64) {
        try {
            byte[] digest = Base64.getDecoder().decode(base64);
            return digest.length == DIGEST_BYTES && base64.equals(encoded(digest));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String encoded(byte[] digest) {
        return Base64.getEncoder().withoutPadding().encodeToString(digest);
    }

    static HostKeyFingerprint of(Bytes blob) {
        return new HostKeyFingerprint(PREFIX + encoded(Digest.ofContent(blob).bytes().toArray()));
    }

    @Override
    public List<String> types() {
        return List.of();
    }

    @Override
    public @Nullable String refusalOf(String type, Bytes blob) {
        HostKeyFingerprint shown = of(blob);
        return shown.equals(this)
                ? null
                : "the host shows another key than --host-key: "
                        + shown.text
                        + " ("
                        + type.replaceFirst("^ssh-", "").toUpperCase(Locale.ROOT)
                        + "). Hold it against ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub on the"
                        + " host itself; somebody may stand in between";
    }
}

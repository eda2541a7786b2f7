package dev.assay.verifier.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.assay.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostKeyFingerprintTest {
    /// SHA-256 of the empty text.
    private static final String EMPTY = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";

    @Test
    void aKeyIsTheHostsWhereItsFingerprintIsTheGivenOne() {
        HostKeyFingerprint known = new HostKeyFingerprint(EMPTY);
        assertThat(known.refusalOf("ssh-ed25519", Bytes.EMPTY)).isNull();
        assertThat(known.refusalOf("ssh-ed25519", Bytes.utf8("x")))
                .contains("another key than --host-key: SHA256:")
                .contains("(ED25519)");
    }

    // Each is a fingerprint but for one thing.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SHA256:",
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
                "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
                EMPTY + "=",
                EMPTY + " ",
                "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF",
                // The last character's spare bits are not zero.
                "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV",
                "SHA256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
                "MD5:d4:1d:8c:d9:8f:00:b2:04:e9:80:09:98:ec:f8:42:7e"
            })
    void whatIsNoFingerprintIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HostKeyFingerprint(text));
    }
}

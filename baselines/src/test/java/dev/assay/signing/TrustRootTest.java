package dev.assay.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.fixture.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TrustRootTest {
    private static final SigningKey A = SigningKey.generate(KeyType.ED25519);
    private static final SigningKey B = SigningKey.generate(KeyType.ECDSA_P256);
    private static final SigningKey C = SigningKey.generate(KeyType.ED25519);
    private static final List<VerificationKey> KEYS =
            List.of(A.verificationKey(), B.verificationKey(), C.verificationKey());

    private static TrustRoot.RoleKeys keys(int threshold, SigningKey... keys) {
        List<String> ids = new ArrayList<>();
        for (SigningKey key : keys) {
            ids.add(key.verificationKey().keyId());
        }
        return new TrustRoot.RoleKeys(ids, threshold);
    }

    private static TrustRoot root(int version, TrustRoot.RoleKeys rootRole) {
        EnumMap<TrustRole, TrustRoot.RoleKeys> roles = new EnumMap<>(TrustRole.class);
        for (TrustRole role : TrustRole.values()) {
            roles.put(role, role == TrustRole.ROOT ? rootRole : keys(1, B));
        }
        return new TrustRoot(TrustRoot.TYPE, version, Samples.TIME, KEYS, roles, List.of());
    }

    private static Envelope sign(TrustRoot root, SigningKey... keys) {
        Envelope envelope = Envelope.unsigned(TrustRoot.PAYLOAD_TYPE, Json.write(root));
        for (SigningKey key : keys) {
            envelope = envelope.plusSignature(key);
        }
        return envelope;
    }

    private static void requireNotFollowed(TrustRoot pinned, Envelope next) {
        assertThatExceptionOfType(NotSignedException.class).isThrownBy(() -> pinned.advance(next));
    }

    @Test
    void aPinnedDocumentMustHoldItsOwnThreshold() throws Exception {
        TrustRoot root = root(1, keys(2, A, B));
        assertThat(TrustRoot.pinned(sign(root, A, B)).value()).isEqualTo(root);
        assertThatExceptionOfType(NotSignedException.class)
                .isThrownBy(() -> TrustRoot.pinned(sign(root, A, C)));
        assertThatExceptionOfType(NotSignedException.class)
                .isThrownBy(() -> TrustRoot.pinned(sign(root)));
    }

    @Test
    void theNextVersionIsFollowedWhenOldAndNewKeysSignedIt() throws Exception {
        TrustRoot pinned = root(1, keys(1, A));
        TrustRoot next = root(2, keys(1, B));
        assertThat(pinned.advance(sign(next, A, B)).value()).isEqualTo(next);
    }

    @Test
    void aVersionWithoutTheOldThresholdIsNotFollowed() {
        requireNotFollowed(root(1, keys(2, A, B)), sign(root(2, keys(1, B)), B));
        requireNotFollowed(root(1, keys(1, A)), sign(root(2, keys(1, B)), B));
    }

    @Test
    void aVersionWithoutItsOwnThresholdIsNotFollowed() {
        requireNotFollowed(root(1, keys(1, A)), sign(root(2, keys(1, B)), A));
        requireNotFollowed(root(1, keys(1, A)), sign(root(2, keys(2, A, B)), A));
    }

    @Test
    void aSkippedRepeatedOrOlderVersionIsNotFollowed() {
        TrustRoot pinned = root(5, keys(1, A));
        for (int version : new int[] {1, 4, 5, 7, Integer.MAX_VALUE}) {
            requireNotFollowed(pinned, sign(root(version, keys(1, A)), A));
        }
        TrustRoot last = root(Integer.MAX_VALUE, keys(1, A));
        requireNotFollowed(last, sign(root(1, keys(1, A)), A));
    }

    @Test
    void aDocumentOfAnotherTypeIsNotFollowed() {
        TrustRoot pinned = root(1, keys(1, A));
        Bytes next = Json.write(root(2, keys(1, A)));
        requireNotFollowed(pinned, Envelope.sign("application/json", next, A));
    }

    @Test
    void expiryIsTold() {
        TrustRoot root = root(1, keys(1, A));
        assertThat(root.isExpiredAt(Samples.TIME.minusNanos(1))).isFalse();
        assertThat(root.isExpiredAt(Samples.TIME)).isTrue();
    }

    @Test
    void aRoleSignsForItselfOnly() throws Exception {
        TrustRoot root = root(1, keys(1, A));
        Envelope byOrderKey = Envelope.sign("t", Bytes.utf8("x"), B);
        assertThat(root.verify(byOrderKey, TrustRole.ORDER, "t")).isNotNull();
        assertThatExceptionOfType(NotSignedException.class)
                .isThrownBy(() -> root.verify(byOrderKey, TrustRole.ROOT, "t"));
    }

    @Test
    void rolesThatCannotBeHeldAreRefused() {
        String a = A.verificationKey().keyId();
        assertThatThrownBy(() -> keys(0, A)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys(-1, A)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys(2, A)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TrustRoot.RoleKeys(List.of(a, a), 2))
                .isInstanceOf(IllegalArgumentException.class);
        SigningKey stranger = SigningKey.generate(KeyType.ED25519);
        assertThatThrownBy(() -> root(1, keys(1, stranger)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> root(0, keys(1, A))).isInstanceOf(IllegalArgumentException.class);
        Map<TrustRole, TrustRoot.RoleKeys> some = Map.of(TrustRole.ROOT, keys(1, A));
        assertThatThrownBy(
                        () -> new TrustRoot(TrustRoot.TYPE, 1, Samples.TIME, KEYS, some, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () ->
                                new TrustRoot(
                                        TrustRoot.TYPE,
                                        1,
                                        Samples.TIME,
                                        List.of(A.verificationKey(), A.verificationKey()),
                                        Samples.trustRoot(1, A).roles(),
                                        List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () ->
                                new TrustRoot(
                                        TrustRoot.TYPE,
                                        1,
                                        Samples.TIME,
                                        KEYS,
                                        Samples.trustRoot(1, A).roles(),
                                        Collections.nCopies(
                                                TrustRoot.MAX_KEYS + 1, Samples.DIGEST)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEnvelopeAroundSomethingElseIsMalformed() {
        Envelope other = Envelope.sign(TrustRoot.PAYLOAD_TYPE, Bytes.utf8("{}"), A);
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> TrustRoot.pinned(other));
    }
}

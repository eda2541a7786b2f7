package dev.assay.verifier.challenge;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Protocol.Challenge;
import dev.assay.evidence.Protocol.ChallengeRequest;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Stateless nonces: `version(1) ‖ issued-at millis(8) ‖ random(16) ‖ HMAC-SHA256(32)`, 57 bytes.
/// The code covers host, boot and purpose too, so that a nonce fetched for one cannot serve
/// another, and any replica that shares the key can check it. Nothing is kept, so a flood of
/// requests fills nothing; that a nonce is used once is the sequence's business.
public final class Challenges {
    /// After which a nonce is stale.
    public static final int LIFE_SECONDS = 30;

    public static final int KEY_BYTES = 32;

    private static final byte VERSION = 1;
    private static final int RANDOM_BYTES = 16;
    private static final int BODY_BYTES = 1 + Long.BYTES + RANDOM_BYTES;
    private static final int MAC_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final Bytes key;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /// @param key of {@link #KEY_BYTES}, shared by all replicas
    public Challenges(Bytes key, Clock clock) {
        if (key.length() != KEY_BYTES) {
            throw new IllegalArgumentException("the challenge key has 32 bytes");
        }
        this.key = key;
        this.clock = clock;
    }

    public Challenge issue(ChallengeRequest request) {
        byte[] salt = new byte[RANDOM_BYTES];
        random.nextBytes(salt);
        ByteBuffer body = ByteBuffer.allocate(BODY_BYTES);
        body.put(VERSION).putLong(clock.millis()).put(salt);
        Bytes issued = Bytes.copyOf(body.array());
        Bytes code = code(issued, request.host(), request.boot(), request.purpose());
        return new Challenge(issued.plus(code), LIFE_SECONDS, null);
    }

    /// Passes where this verifier issued the nonce for exactly this use, at most {@link
    /// #LIFE_SECONDS} ago.
    public void redeem(Bytes nonce, String host, BootId boot, Purpose purpose)
            throws NotAuthenticException {
        if (nonce.length() != BODY_BYTES + MAC_BYTES || nonce.at(0) != VERSION) {
            throw new NotAuthenticException(
                    Reason.FOREIGN_NONCE, "the nonce was not issued by this verifier");
        }
        Bytes body = nonce.slice(0, BODY_BYTES);
        Bytes code = nonce.slice(BODY_BYTES, nonce.length());
        if (!code.equalsInConstantTime(code(body, host, boot, purpose))) {
            throw new NotAuthenticException(
                    Reason.FOREIGN_NONCE,
                    "the nonce was not issued by this verifier for this host, boot and purpose");
        }
        long issuedMillis = ByteBuffer.wrap(body.toArray()).getLong(1);
        long ageMillis = clock.millis() - issuedMillis;
        // A replica's clock that runs ahead would otherwise make nonces that live longer.
        if (ageMillis < 0 || ageMillis > LIFE_SECONDS * 1000L) {
            throw new NotAuthenticException(
                    Reason.STALE_NONCE,
                    "the nonce is "
                            + (ageMillis < 0 ? "from the future" : ageMillis / 1000 + " s old"));
        }
    }

    private Bytes code(Bytes body, String host, BootId boot, Purpose purpose) {
        return code(
                "assay.challenge.v1",
                body,
                Bytes.utf8(host),
                Bytes.utf8(boot.value()),
                Bytes.utf8(purpose.name()));
    }

    /// A code over these parts that nobody else can make. Every part is framed by its length, so
    /// that no two uses make the same message.
    ///
    /// @param label of the use
    public Bytes code(String label, Bytes... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.toArray(), ALGORITHM));
            update(mac, Bytes.utf8(label));
            for (Bytes part : parts) {
                update(mac, part);
            }
            return Bytes.copyOf(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
    }

    private static void update(Mac mac, Bytes part) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length()).array());
        mac.update(part.toArray());
    }
}

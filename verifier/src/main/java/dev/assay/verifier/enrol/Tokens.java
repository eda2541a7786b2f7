package dev.assay.verifier.enrol;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes tokens and knows their holders. A secret has 256 random bits and is shown once: a copy of
/// the database enrols nobody.
public final class Tokens {
    /// Of an enrolment token; those of people and orchestrators may live up to {@link #MAX_LIFE}.
    public static final Duration DEFAULT_LIFE = Duration.ofHours(24);

    public static final Duration MAX_LIFE = Duration.ofDays(3660);
    public static final int MAX_USES = 100_000;

    private static final String PREFIX = "assay_";
    private static final int SECRET_BYTES = 32;
    private static final int ID_BYTES = 6;
    private static final int MAX_SECRET_CHARS = 128;

    private final TokenStore store;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public Tokens(TokenStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// What a new token is to be.
    ///
    /// @param group needed for role enrol, refused for others
    /// @param life null for the default
    public record NewToken(
            Role role,
            @Nullable String group,
            @Nullable String host,
            @Nullable String platformId,
            SortedMap<String, String> labels,
            @Nullable Duration life,
            int uses) {
        public NewToken(
                Role role,
                @Nullable String group,
                @Nullable String host,
                @Nullable String platformId,
                @Nullable Duration life,
                int uses) {
            this(role, group, host, platformId, new TreeMap<>(), life, uses);
        }
    }

    /// @param secret the only time that it is seen
    public record Created(Token token, String secret) {
        @Override
        public String toString() {
            return "Created[" + token.id() + "]";
        }
    }

    public Created create(NewToken wanted) throws RefusedException {
        Duration life = wanted.life() == null ? DEFAULT_LIFE : wanted.life();
        if (life.isNegative() || life.isZero() || life.compareTo(MAX_LIFE) > 0) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "a token lives at most ten years");
        }
        if (wanted.uses() < 1 || wanted.uses() > MAX_USES) {
            throw new RefusedException(
                    Refusal.OUT_OF_BOUNDS, "a token has 1 to " + MAX_USES + " uses");
        }
        boolean bound =
                wanted.group() != null
                        || wanted.host() != null
                        || wanted.platformId() != null
                        || !wanted.labels().isEmpty();
        if (wanted.role() == Role.ENROL && wanted.group() == null) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "an enrolment token needs a group");
        }
        if (wanted.role() != Role.ENROL && bound) {
            throw new RefusedException(
                    Refusal.OUT_OF_BOUNDS,
                    "group, host, platform id and labels go with role enrol");
        }
        if (wanted.group() != null && !store.groupExists(wanted.group())) {
            throw new RefusedException(
                    Refusal.UNKNOWN_GROUP, "there is no group " + wanted.group());
        }
        String secret = PREFIX + randomBytes(SECRET_BYTES).base64Url();
        Token token =
                new Token(
                        randomBytes(ID_BYTES).hex(),
                        digestOf(secret),
                        wanted.role(),
                        wanted.group(),
                        wanted.host(),
                        wanted.platformId(),
                        Labels.requireFit(wanted.labels()),
                        clock.instant(),
                        clock.instant().plus(life),
                        wanted.uses());
        store.add(token);
        return new Created(token, secret);
    }

    /// The holder of a secret that is known and not expired. Role enrol is for {@link
    /// Enrolment#enrol} alone, which spends it.
    public Optional<Principal> authenticate(String secret) {
        return find(secret)
                .filter(token -> clock.instant().isBefore(token.expires()))
                .map(token -> new Principal(token.id(), token.role()));
    }

    Optional<Token> find(String secret) {
        return secret.length() > MAX_SECRET_CHARS ? Optional.empty() : store.find(digestOf(secret));
    }

    /// Found by the digest, so that the time a look-up takes says nothing about the secret.
    private static Digest digestOf(String secret) {
        return Digest.ofContent(Bytes.utf8(secret));
    }

    private Bytes randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }
}

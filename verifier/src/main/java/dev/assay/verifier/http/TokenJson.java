package dev.assay.verifier.http;

import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.enrol.Token;
import dev.assay.verifier.enrol.Tokens;
import dev.assay.verifier.enrol.Tokens.NewToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A new token as it is asked for.
///
/// @param uses of an enrolment token; one where it is left out
record TokenJson(
        Role role,
        @Nullable String group,
        @Nullable String host,
        @Nullable String platformId,
        @Nullable Map<String, String> labels,
        @Nullable Long lifeSeconds,
        @Nullable Integer uses) {
    TokenJson {
        Objects.requireNonNull(role, "say which role");
        // Before it is multiplied into nanoseconds.
        if (lifeSeconds != null && (lifeSeconds < 1 || lifeSeconds > Tokens.MAX_LIFE.toSeconds())) {
            throw new IllegalArgumentException(
                    "lifeSeconds is from 1 to " + Tokens.MAX_LIFE.toSeconds());
        }
    }

    NewToken wanted() {
        return new NewToken(
                role,
                group,
                host,
                platformId,
                labels == null ? new TreeMap<>() : new TreeMap<>(labels),
                lifeSeconds == null ? null : Duration.ofSeconds(lifeSeconds),
                uses == null ? 1 : uses);
    }

    /// The answer: the only time that the secret is seen.
    record Made(
            String id,
            Role role,
            @Nullable String group,
            @Nullable String host,
            @Nullable String platformId,
            Instant expires,
            int uses,
            String secret) {
        static Made of(Tokens.Created created) {
            Token token = created.token();
            return new Made(
                    token.id(),
                    token.role(),
                    token.group(),
                    token.host(),
                    token.platformId(),
                    token.expires(),
                    token.usesLeft(),
                    created.secret());
        }

        @Override
        public String toString() {
            return "Made[" + id + "]";
        }
    }
}

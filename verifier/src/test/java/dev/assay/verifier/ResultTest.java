package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.signing.KeyType;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.refusal.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The result as a relying party sees it: verified by a JOSE library against the JWK set alone.
final class ResultTest {
    private static final String NONCE = "caller-nonce-1";

    @TempDir private Path folder;

    private static JwtConsumer relyingParty(Installation at, String audience) throws Exception {
        return new JwtConsumerBuilder()
                .setVerificationKeyResolver(
                        new JwksVerificationKeyResolver(
                                new JsonWebKeySet(at.verifier.results().jwks()).getJsonWebKeys()))
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setExpectedAudience(audience)
                .setEvaluationTime(NumericDate.fromMilliseconds(at.clock.instant().toEpochMilli()))
                .build();
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static Agent admitted(Installation at) throws Exception {
        at.createGroup(Installation.settings(Mode.ENFORCE));
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        agent.attest();
        return agent;
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void aResultOfEitherKindOfKeyVerifiesAgainstTheKeySet(KeyType type) throws Exception {
        try (Installation at = new Installation(folder, type, Duration.ofDays(365))) {
            admitted(at);
            JwtClaims claims =
                    relyingParty(at, "scheduler")
                            .processToClaims(
                                    at.verifier.results().issue("web-1", "scheduler", NONCE));

            assertThat(claims.getSubject()).isEqualTo("web-1");
            assertThat(claims.getClaimValue("eat_profile"))
                    .isEqualTo("tag:github.com,2023:veraison/ear");
            assertThat(claims.getClaimValue("eat_nonce")).isEqualTo(NONCE);
            Map<?, ?> host = map(map(claims.getClaimValue("submods")).get("host"));
            assertThat(host.get("ear.status")).isEqualTo("affirming");
            assertThat(map(host.get("ear.trustworthiness-vector")).get("file-system"))
                    .isEqualTo(2L);
            Map<?, ?> assay = map(host.get("dev.assay"));
            assertThat(assay.get("admit")).isEqualTo(true);
            assertThat(map(assay.get("basis")).get("tree")).isEqualTo("asserted");
            assertThat(map(assay.get("baseline")).get("serial")).isEqualTo(1L);
        }
    }

    @Test
    void theResultOfADriftedHostIsContraindicated() throws Exception {
        try (Installation at = new Installation(folder)) {
            Agent agent = admitted(at);
            agent.tree = Tree.GOLDEN.tampered();
            String jwt = agent.attest().result();
            JwtClaims claims = relyingParty(at, "web-1").processToClaims(jwt);
            Map<?, ?> host = map(map(claims.getClaimValue("submods")).get("host"));

            assertThat(host.get("ear.status")).isEqualTo("contraindicated");
            assertThat(map(host.get("ear.trustworthiness-vector")).get("file-system"))
                    .isEqualTo(96L);
            assertThat(map(host.get("dev.assay")).get("admit")).isEqualTo(false);
        }
    }

    @Test
    void aResultLivesNoLongerThanItsVerdict() throws Exception {
        try (Installation at = new Installation(folder)) {
            admitted(at);
            at.clock.advanceMillis(100_000);
            JwtClaims claims =
                    relyingParty(at, "scheduler")
                            .processToClaims(
                                    at.verifier.results().issue("web-1", "scheduler", null));

            assertThat(claims.getExpirationTime().getValueInMillis())
                    .isEqualTo(at.clock.millis() + 20_000);
        }
    }

    @Test
    void aResultForAnotherAudienceIsRefusedByTheRelyingParty() throws Exception {
        try (Installation at = new Installation(folder)) {
            admitted(at);
            String jwt = at.verifier.results().issue("web-1", "billing", null);

            assertThatThrownBy(() -> relyingParty(at, "scheduler").processToClaims(jwt))
                    .isInstanceOf(InvalidJwtException.class);
        }
    }

    @Test
    void aSilentHostsResultClaimsNothing() throws Exception {
        try (Installation at = new Installation(folder)) {
            admitted(at);
            at.clock.advanceMillis(120_000);
            JwtClaims claims =
                    relyingParty(at, "web-1")
                            .processToClaims(at.verifier.results().issue("web-1", null, null));
            Map<?, ?> host = map(map(claims.getClaimValue("submods")).get("host"));

            assertThat(host.get("ear.status")).isEqualTo("none");
            assertThat(map(host.get("dev.assay")).get("why")).isEqualTo("silent");
        }
    }

    @Test
    void aNonceTooShortIsRefused() throws Exception {
        try (Installation at = new Installation(folder)) {
            admitted(at);

            assertThatThrownBy(() -> at.verifier.results().issue("web-1", null, "1234567"))
                    .isInstanceOf(RefusedException.class);
        }
    }
}

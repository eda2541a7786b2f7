package dev.assay.verifier.verdict;

import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.signing.VerificationKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/// Signs attestation results as EAR (draft-ietf-rats-ear) in a JWT (RFC 7519), with the trust
/// root's result role: EdDSA (RFC 8037) or ES256 (RFC 7518).
public final class EarSigner {
    /// draft-ietf-rats-ear, section 3.1: the profile of this version of EAR.
    public static final String PROFILE = "tag:github.com,2023:veraison/ear";

    public static final String DEVELOPER = "https://assay.dev";
    public static final String SUBMODULE = "host";

    private final SigningKey key;
    private final String build;

    /// @param build name and version of the verifier
    public EarSigner(SigningKey key, String build) {
        this.key = key;
        this.build = build;
    }

    public String sign(AttestationResult result) {
        JwtClaims claims = new JwtClaims();
        claims.setClaim("eat_profile", PROFILE);
        claims.setSubject(result.host());
        claims.setAudience(result.audience());
        claims.setIssuedAt(NumericDate.fromMilliseconds(result.issued().toEpochMilli()));
        claims.setExpirationTime(NumericDate.fromMilliseconds(result.expires().toEpochMilli()));
        if (result.nonce() != null) {
            claims.setClaim("eat_nonce", result.nonce());
        }
        claims.setClaim("ear.verifier-id", Map.of("developer", DEVELOPER, "build", build));
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("ear.status", result.status().wire());
        host.put("ear.trustworthiness-vector", result.vector().claims());
        host.put("ear.appraisal-policy-id", result.policy());
        host.put("dev.assay", result.details());
        claims.setClaim("submods", Map.of(SUBMODULE, host));

        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        jws.setKey(key.toJca());
        jws.setKeyIdHeaderValue(key.verificationKey().keyId());
        jws.setHeader("typ", "JWT");
        jws.setAlgorithmHeaderValue(algorithm(key.verificationKey().type()));
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("a result key signs", e);
        }
    }

    private static String algorithm(KeyType type) {
        return switch (type) {
            case ED25519 -> AlgorithmIdentifiers.EDDSA;
            case ECDSA_P256 -> AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
        };
    }

    /// A JWK set (RFC 7517, section 5) as JSON; key ids are those of the trust root.
    public static String jwks(Collection<VerificationKey> keys) {
        List<JsonWebKey> all = keys.stream().map(EarSigner::jwk).toList();
        return new JsonWebKeySet(all).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    private static JsonWebKey jwk(VerificationKey key) {
        try {
            PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(key.toJca());
            jwk.setKeyId(key.keyId());
            jwk.setUse("sig");
            jwk.setAlgorithm(algorithm(key.type()));
            return jwk;
        } catch (JoseException e) {
            throw new IllegalStateException("a verification key is a JWK", e);
        }
    }
}

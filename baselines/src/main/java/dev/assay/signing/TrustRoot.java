package dev.assay.signing;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.Digest;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Who may say what: the keys and thresholds of each role, made offline, pinned in agent and
/// verifier, and followed version by version only (in the manner of TUF's root role, TUF 1.0.33,
/// section 5.3). Nothing online can change it.
///
/// @param version grows by one
/// @param expires after it nothing is believed on the strength of this document
/// @param tls SHA-256 of the SubjectPublicKeyInfo of each TLS key that a verifier may show
public record TrustRoot(
        String type,
        int version,
        Instant expires,
        List<VerificationKey> keys,
        Map<TrustRole, RoleKeys> roles,
        List<Digest> tls) {
    public static final String TYPE = "assay.trust-root/v1";
    public static final String PAYLOAD_TYPE = "application/vnd.assay.trust-root.v1+json";
    public static final int MAX_BYTES = 256 << 10;
    public static final int MAX_KEYS = 64;

    /// The keys of one role, by id, and how many of them must sign.
    public record RoleKeys(List<String> keyIds, int threshold) {
        /// @throws IllegalArgumentException where the threshold is not from one to the keys' number
        public RoleKeys {
            keyIds = List.copyOf(keyIds);
            if (new HashSet<>(keyIds).size() != keyIds.size()) {
                throw new IllegalArgumentException("a role names a key twice");
            }
            if (threshold < 1 || threshold > keyIds.size()) {
                throw new IllegalArgumentException("threshold does not fit the role's keys");
            }
        }
    }

    /// @throws IllegalArgumentException where a role is missing or names a key that is not there
    public TrustRoot {
        if (!TYPE.equals(type) || version < 1 || expires == null || tls == null) {
            throw new IllegalArgumentException("not a trust root of version 1 or later");
        }
        keys = List.copyOf(keys);
        tls = List.copyOf(tls);
        if (keys.size() > MAX_KEYS || tls.size() > MAX_KEYS) {
            throw new IllegalArgumentException("trust root has too many keys");
        }
        Set<String> known = keys.stream().map(VerificationKey::keyId).collect(Collectors.toSet());
        if (known.size() != keys.size()) {
            throw new IllegalArgumentException("trust root has a key twice");
        }
        EnumMap<TrustRole, RoleKeys> sorted = new EnumMap<>(TrustRole.class);
        for (TrustRole role : TrustRole.values()) {
            RoleKeys given = roles.get(role);
            if (given == null || !known.containsAll(given.keyIds())) {
                throw new IllegalArgumentException("trust root has no keys for " + role.wire());
            }
            sorted.put(role, given);
        }
        roles = Collections.unmodifiableMap(sorted);
    }

    public static TrustRoot parse(Bytes json) throws MalformedInputException {
        return Json.parse(json, TrustRoot.class, MAX_BYTES);
    }

    /// Takes a document whose place is itself the proof: the file that was pinned at installation.
    /// Its own signatures must still hold.
    public static Verified<TrustRoot> pinned(Envelope envelope)
            throws NotSignedException, MalformedInputException {
        TrustRoot claimed = parse(envelope.payload());
        return claimed.verify(envelope, TrustRole.ROOT, PAYLOAD_TYPE).parse(TrustRoot::parse);
    }

    /// The next version, signed by this one's root threshold and by its own.
    public Verified<TrustRoot> advance(Envelope next)
            throws NotSignedException, MalformedInputException {
        TrustRoot claimed =
                verify(next, TrustRole.ROOT, PAYLOAD_TYPE).parse(TrustRoot::parse).value();
        if (claimed.version != version + 1) {
            throw new NotSignedException(
                    "trust root " + claimed.version + " does not follow " + version);
        }
        return claimed.verify(next, TrustRole.ROOT, PAYLOAD_TYPE).parse(TrustRoot::parse);
    }

    /// Demands the threshold of a role.
    public VerifiedPayload verify(Envelope envelope, TrustRole role, String payloadType)
            throws NotSignedException {
        RoleKeys wanted = Objects.requireNonNull(roles.get(role));
        return envelope.verify(payloadType, keysOf(role), wanted.threshold());
    }

    public boolean isExpiredAt(Instant now) {
        return !now.isBefore(expires);
    }

    public Set<VerificationKey> keysOf(TrustRole role) {
        List<String> ids = Objects.requireNonNull(roles.get(role)).keyIds();
        return keys.stream()
                .filter(key -> ids.contains(key.keyId()))
                .collect(Collectors.toUnmodifiableSet());
    }
}

package dev.assay.verifier.fleet;

import dev.assay.verifier.refusal.NotBuilt;
import dev.assay.verifier.refusal.RefusedException;
import org.jspecify.annotations.Nullable;

/// Attestation results of the present moment.
public final class Results {
    public static final int MAX_AUDIENCE_CHARS = 256;
    public static final int MAX_NONCE_CHARS = 88;

    /// A signed EAR (draft-ietf-rats-ear) as a JWT.
    ///
    /// @param audience who is to believe it; null for the host itself
    /// @param nonce the caller's, 8 to 88 characters as EAT wants it (RFC 9711, section 4.1)
    public String issue(String host, @Nullable String audience, @Nullable String nonce)
            throws RefusedException { return NotBuilt.yet(); }

    /// The JWK set (RFC 7517) of the keys that sign results, as JSON.
    public String jwks() { return NotBuilt.yet(); }
}

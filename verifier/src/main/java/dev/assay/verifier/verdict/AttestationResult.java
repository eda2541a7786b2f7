package dev.assay.verifier.verdict;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a result says, before it is signed.
///
/// @param audience who is to believe it
/// @param nonce the caller's; null for none
/// @param policy what was appraised by
/// @param details the claim `dev.assay`: JSON values only
public record AttestationResult(
        String host,
        String audience,
        @Nullable String nonce,
        Instant issued,
        Instant expires,
        EarStatus status,
        TrustVector vector,
        String policy,
        Map<String, Object> details) {}

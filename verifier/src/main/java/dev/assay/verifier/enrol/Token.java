package dev.assay.verifier.enrol;

import dev.assay.tree.Digest;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A token as the verifier keeps it: the secret's SHA-256, never the secret.
///
/// @param id names it for people
/// @param group that a host enrols into; null for other roles
/// @param host that may enrol; null for any
/// @param platformId that may enrol; null for any
/// @param labels that a host enrolled with it begins with: its failure zone, for example
/// @param usesLeft of an enrolment token; other roles are not counted
public record Token(
        String id,
        Digest secretDigest,
        Role role,
        @Nullable String group,
        @Nullable String host,
        @Nullable String platformId,
        SortedMap<String, String> labels,
        Instant created,
        Instant expires,
        int usesLeft) {
    public Token {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /// Whether a host may be enrolled with it.
    public boolean isGoodAt(Instant now) {
        return usesLeft > 0 && now.isBefore(expires);
    }
}

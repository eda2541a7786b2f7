package dev.assay.verifier.incident;

import dev.assay.scope.MutabilityClass;
import dev.assay.scope.Rule;
import dev.assay.tree.NodePath;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// What somebody wants to be golden.
///
/// @param paths that the drifts lie at or below; empty for all of the incident
/// @param mutability where it is the class that a path has already, what was measured becomes
///   golden; else the path gets this class
/// @param reason for people, in the rules that are added
/// @param dangerous paths that may be accepted although they run or give rights, each by its name
public record AmendmentRequest(
        SortedSet<NodePath> paths,
        MutabilityClass mutability,
        String reason,
        SortedSet<NodePath> dangerous) {
    /// @throws IllegalArgumentException where the reason is missing or too long
    public AmendmentRequest {
        if (reason == null || reason.isBlank() || reason.length() > Rule.MAX_REASON_CHARS) {
            throw new IllegalArgumentException("say why, in at most 512 characters");
        }
        paths = Collections.unmodifiableSortedSet(new TreeSet<>(paths));
        dangerous = Collections.unmodifiableSortedSet(new TreeSet<>(dangerous));
    }
}

package dev.assay.verifier.merge;

import dev.assay.scope.Expectation;
import dev.assay.scope.Rule;

/// What would let a difference be golden, and for whom it is to decide. Nothing is ever taken over:
/// somebody has to put it into a scope, give that scope its name and capture by it.
public sealed interface Proposal {
    /// A class for what differs, as the last rule of a scope.
    record OfRule(Rule rule) implements Proposal {}

    /// What a kernel value may be.
    record OfExpectation(Expectation expectation) implements Proposal {}

    /// Nothing that a program should propose.
    ///
    /// @param why and what can be done
    record ByHand(String why) implements Proposal {}
}

package dev.assay.verifier.kubernetes;

/// What is known of the host behind a Node.
sealed interface Testimony {
    /// The verifier says so now.
    record Said(HostSays host) implements Testimony {}

    /// The verifier answers, and knows no host that this Node could be.
    ///
    /// @param why one line
    record Nobody(String why) implements Testimony {}

    /// The verifier does not answer.
    ///
    /// @param why one line
    record Silence(String why) implements Testimony {}
}

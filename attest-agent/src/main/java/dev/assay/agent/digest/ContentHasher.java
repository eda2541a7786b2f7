package dev.assay.agent.digest;

/// Hashes feeds with SHA-256 (FIPS 180-4). One per thread: it owns the buffers.
public interface ContentHasher {
    /// Takes the feed over. It may be ended now or during a later call.
    ///
    /// @param expectedBytes how long it will be, as far as is known: where it turns out to be
    ///   another length, the digest is right all the same
    void hash(Feed feed, long expectedBytes);

    /// Ends every feed that is still under way.
    void finish();
}

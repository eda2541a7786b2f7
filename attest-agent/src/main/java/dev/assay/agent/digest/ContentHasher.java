package dev.assay.agent.digest;

/// Hashes feeds with SHA-256 (FIPS 180-4). One per thread: it owns the buffers.
public interface ContentHasher {
    /// Takes the feed over. It may be ended now or during a later call.
    ///
    /// @param expectedBytes how long it will be, as far as is known: where it turns out to be
    ///   another length, the digest is right all the same
    void hash(Feed feed, long expectedBytes);

    /// Says about how many bytes this hasher will be given before the next {@link #finish}, so that
    /// an engine which has several contents in flight can take long ones among them: a content of a
    /// sixteenth of what is to come does not outlive the rest. Say it when the work begins and
    /// again as it shrinks (a few times, or with each feed: it costs nothing). Never said, long
    /// contents are hashed one by one. Said too high, the last ones may be slow; never wrong.
    default void toCome(long bytes) {}

    /// Ends every feed that is still under way.
    void finish();
}

package dev.assay.agent.digest;

import dev.assay.tree.Digest;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What is to be hashed: it is read when there is room for it. Both methods are called by the
/// thread that owns the {@link ContentHasher}, and neither may call that hasher or throw: a feed
/// that fails keeps why, gives up, and is told so by {@link #ended}.
public interface Feed {
    /// Reads what comes next.
    ///
    /// @param into native memory, at least 4 KiB; the hasher's own, so not to be kept
    /// @return how many bytes were put into `into` from its start, 0 at the end, negative to give
    ///   up
    int read(MemorySegment into);

    /// Called once, after the last {@link #read}.
    ///
    /// @param digest null where the feed gave up
    void ended(@Nullable Digest digest);
}

package dev.assay.verifier.kubernetes;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// The verifier as the controller asks it. Every failure to answer is an {@link IOException}: for a
/// cluster it is all the same why nobody answers.
public interface HostApi {
    /// All hosts.
    List<HostSays> all() throws IOException, InterruptedException;

    /// One host; null where there is none of the name.
    @Nullable HostSays one(String host) throws IOException, InterruptedException;

    /// The cursor of the newest event.
    long newest() throws IOException, InterruptedException;

    /// Whose state may have changed after a cursor; waits for the first, and is empty where none
    /// came.
    Changes changes(long after, Duration wait) throws IOException, InterruptedException;

    /// Says that no work is left on a host that is to be reset.
    void drained(String host) throws IOException, InterruptedException;

    /// @param next the cursor to come back with
    record Changes(SortedSet<String> hosts, long next) {}
}

package dev.assay.agent.watch;

import java.util.List;

/// A queue of the kernel's, and what it stands for.
interface Source extends AutoCloseable {
    int fd();

    /// Watches these, as far as it can, and forgets what else it had learned of the view before.
    ///
    /// @return those that it cannot watch
    List<Refusal> cover(MountView view, List<Mount> mounts);

    /// Takes what is in the queue.
    ///
    /// @return whether a directory has moved, so that paths that are known may be old
    boolean drain(Pending pending);

    @Override
    void close();

    /// @param reason in a few words
    record Refusal(Mount mount, String reason) {}
}

package dev.assay.agent.watch;

import java.time.Duration;
import java.util.Optional;

/// Tells what may have changed below the measured root. It never fails: what it cannot see it says
/// to be lost, so that everything is looked at.
///
/// Not seen by any means: what is written through a shared memory mapping, until the last
/// descriptor of the file is closed and the mapping is gone (the kernel has no event for the write
/// or for msync(2)); what is written beneath the filesystem, to its device; and what is written by
/// a hard link that is not measured itself. Of the last, fanotify knows that it may have been, and
/// says at most once a minute, and so within a minute, that all is to be looked at.
public interface Watcher extends AutoCloseable {
    /// The strongest first.
    enum Means {
        /// One mark for each filesystem, and who did it.
        FANOTIFY,
        /// One watch for each directory.
        INOTIFY,
        /// Nothing is noticed: everything is to be looked at each time.
        POLLING
    }

    /// The weakest that something below the root is watched by.
    Means means();

    /// Why not all is watched by the strongest means, for people and metrics; empty where it is.
    Optional<String> weakness();

    /// Waits until something changed and the burst is over, or the time is.
    ///
    /// @throws InterruptedException where the waiting thread is interrupted; nothing is lost by it
    Hints await(Duration atMost) throws InterruptedException;

    @Override
    void close();
}

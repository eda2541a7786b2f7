package dev.assay.agent.collect.files;

import java.util.concurrent.atomic.AtomicBoolean;

/// A regular file that is open for reading, and what it was when it was opened. Whoever has it
/// closes it; it may go to another thread, whose {@link FileReader} reads it.
public final class OpenFile {
    private final int fd;
    private final FileStat stat;
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenFile(int fd, FileStat stat) {
        this.fd = fd;
        this.stat = stat;
    }

    public FileStat stat() {
        return stat;
    }

    int fd() {
        if (closed.get()) {
            throw new IllegalStateException("file is closed");
        }
        return fd;
    }

    /// Whether this call is the one that closes it.
    boolean close() {
        return closed.compareAndSet(false, true);
    }
}

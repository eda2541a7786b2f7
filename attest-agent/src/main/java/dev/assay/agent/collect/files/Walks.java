package dev.assay.agent.collect.files;

/// Chooses how this machine's directories are walked.
public final class Walks {
    private Walks() {}

    /// By system calls, where this program knows how the machine makes them; else by what the Java
    /// runtime can see, which is less and says so.
    public static Walk best() {
        return new PosixWalk();
    }
}

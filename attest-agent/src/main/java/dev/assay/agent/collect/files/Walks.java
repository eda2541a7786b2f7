package dev.assay.agent.collect.files;

import dev.assay.agent.libc.Machine;

/// Chooses how this machine's directories are walked.
public final class Walks {
    private Walks() {}

    /// By system calls, where this program knows how the machine makes them; else by what the Java
    /// runtime can see, which is less and says so.
    public static Walk best() {
        return of(Machine.isKnown());
    }

    static Walk of(boolean systemCalls) {
        return systemCalls ? new PosixWalk() : new PortableWalk();
    }
}

package dev.assay.agent.cli;

/// What the agent's commands exit with.
final class ExitCode {
    static final int GOLDEN = 0;
    static final int DRIFTED = 1;

    /// It could not be said: unreadable, unstable, outdated, the verifier unreachable.
    static final int UNDETERMINED = 2;

    /// As EX_USAGE of sysexits(3).
    static final int USAGE = 64;

    /// As EX_SOFTWARE of sysexits(3).
    static final int OPERATION = 70;

    private ExitCode() {}
}

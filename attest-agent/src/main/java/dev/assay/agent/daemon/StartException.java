package dev.assay.agent.daemon;

/// The agent cannot start, and trying again changes nothing: the message says what to do.
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean usage;

    private StartException(String message, boolean usage) {
        super(message);
        this.usage = usage;
    }

    /// What it was told is wrong.
    public static StartException ofUsage(String message) {
        return new StartException(message, true);
    }

    /// What it found is wrong.
    public static StartException ofState(String message) {
        return new StartException(message, false);
    }

    public boolean isUsage() {
        return usage;
    }
}

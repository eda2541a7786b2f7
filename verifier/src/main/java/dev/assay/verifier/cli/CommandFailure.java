package dev.assay.verifier.cli;

/// Ends a command with one line that says what to do.
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exit;
    private final int status;

    private CommandFailure(int exit, int status, String message) {
        super(message);
        this.exit = exit;
        this.status = status;
    }

    static CommandFailure usage(String message) {
        return new CommandFailure(Exit.USAGE, 0, message);
    }

    static CommandFailure undetermined(String message) {
        return new CommandFailure(Exit.UNDETERMINED, 0, message);
    }

    static CommandFailure operation(String message) {
        return new CommandFailure(Exit.OPERATION, 0, message);
    }

    /// @param status of HTTP
    static CommandFailure refused(int status, String message) {
        return new CommandFailure(Exit.OPERATION, status, message);
    }

    /// With which the verifier refused; 0 where it did not come to that.
    int status() {
        return status;
    }

    int exit() {
        return exit;
    }
}

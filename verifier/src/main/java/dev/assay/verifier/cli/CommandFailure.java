package dev.assay.verifier.cli;

/// Ends a command with one line that says what to do.
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exit;

    private CommandFailure(int exit, String message) {
        super(message);
        this.exit = exit;
    }

    static CommandFailure usage(String message) {
        return new CommandFailure(Exit.USAGE, message);
    }

    static CommandFailure operation(String message) {
        return new CommandFailure(Exit.OPERATION, message);
    }

    int exit() {
        return exit;
    }
}

package dev.assay.agent.cli;

/// A command that cannot do what it was told. The message is for a person and says what to do.
final class CommandFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    CommandFailedException(String message) {
        super(message);
    }

    CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.assay.bytes;

/// Input from outside that is not what it claims to be. The message names the field and the reason,
/// never the whole input, so that it can be logged and answered as it is.
public final class MalformedInputException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedInputException(String reason) {
        super(reason);
    }

    public MalformedInputException(String reason, Throwable cause) {
        super(reason, cause);
    }
}

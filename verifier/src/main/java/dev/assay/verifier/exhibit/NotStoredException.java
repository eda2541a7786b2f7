package dev.assay.verifier.exhibit;

import java.io.IOException;

/// The verifier's own disk failed, and not whoever sent.
public final class NotStoredException extends IOException {
    private static final long serialVersionUID = 1L;

    public NotStoredException(IOException cause) {
        super("exhibits could not be stored: " + cause.getMessage(), cause);
    }
}

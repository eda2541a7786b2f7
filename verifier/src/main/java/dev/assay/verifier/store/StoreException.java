package dev.assay.verifier.store;

/// The database failed: the verifier's own malfunction, which accuses no host. What was to be
/// written was not.
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.assay.signing;

/// A document that is not signed by those who must: it says nothing at all.
public final class NotSignedException extends Exception {
    private static final long serialVersionUID = 1L;

    public NotSignedException(String reason) {
        super(reason);
    }
}

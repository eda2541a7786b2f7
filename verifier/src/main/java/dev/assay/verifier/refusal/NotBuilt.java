package dev.assay.verifier.refusal;

/// Stands where a service has no body yet, so that nobody takes it for one.
public final class NotBuilt {
    private NotBuilt() {}

    @SuppressWarnings({"DoNotCallSuggester", "TypeParameterUnusedInFormals"})
    public static <T> T yet() {
        throw new UnsupportedOperationException("not built yet");
    }
}

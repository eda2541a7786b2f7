package dev.assay.verifier.http;

/// Who may call a route. A token of a later role may do all that an earlier one may.
public enum Access {
    /// Anybody: nothing of the fleet is in the answer.
    OPEN,
    /// An agent: the body is signed by the host's key, which the service looks at.
    AGENT,
    VIEWER,
    ORCHESTRATOR,
    OPERATOR;

    /// Whether a bearer token is asked for.
    public boolean needsToken() {
        return switch (this) {
            case OPEN, AGENT -> false;
            case VIEWER, ORCHESTRATOR, OPERATOR -> true;
        };
    }
}

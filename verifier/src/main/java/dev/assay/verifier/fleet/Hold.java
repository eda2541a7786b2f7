package dev.assay.verifier.fleet;

import java.time.Instant;

/// Somebody keeps a host from being reset, and says who, why and until when. Its state stays what
/// it is.
public record Hold(String owner, String reason, Instant expires) {
    /// One line for people.
    public String says() {
        return "held by " + owner + " until " + expires + ": " + reason;
    }

    public boolean isActiveAt(Instant now) {
        return now.isBefore(expires);
    }
}

package dev.assay.verifier.fleet;

import dev.assay.verifier.refusal.NotAuthenticException;

/// Told what is worth counting and logging, after it happened. Must not throw and must not wait.
public interface Observer {
    Observer NONE = new Observer() {};

    /// A request of an agent was not believed.
    default void notAuthentic(NotAuthenticException.Reason reason) {}

    default void malformed() {}

    /// @param verdict of an evidence that was appraised
    /// @param clean whether it changed nothing but liveness
    default void appraised(Verdict verdict, boolean clean, long nanos) {}

    default void happened(Event event) {}

    /// The verifier's own malfunction in the background.
    ///
    /// @param task what was being done
    default void failed(String task, Throwable cause) {}
}

package dev.assay.verifier.fleet;

/// Told of every event after its transaction was committed.
public interface Journal {
    void committed(Event event);
}

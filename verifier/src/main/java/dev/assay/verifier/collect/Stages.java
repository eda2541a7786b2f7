package dev.assay.verifier.collect;

/// Told how far a collection is.
public interface Stages {
    /// Begins what is named so.
    void begins(String stage);

    /// Within the stage.
    void reached(String howFar);
}

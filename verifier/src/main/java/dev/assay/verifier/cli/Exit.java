package dev.assay.verifier.cli;

/// What the program ends with.
final class Exit {
    static final int CLEAN = 0;
    static final int DRIFT = 1;
    static final int UNDETERMINED = 2;
    static final int USAGE = 64;
    static final int OPERATION = 70;

    private Exit() {}
}

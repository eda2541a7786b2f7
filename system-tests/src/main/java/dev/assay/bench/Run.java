package dev.assay.bench;

/// One process, with all that it started, from the moment it was let go until it was gone.
///
/// @param cpuSeconds of user and system
/// @param peakBytes resident, of its largest process
/// @param exit its exit code, or 128 and the signal's number
record Run(double wallSeconds, double cpuSeconds, long peakBytes, int exit) {}

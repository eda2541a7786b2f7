package dev.assay.bench;

/// What a figure was to be at most, and is.
///
/// @param unit of both, or `×` for a ratio
record Target(String what, double value, double limit, String unit) {
    boolean isMet() {
        return value <= limit;
    }
}

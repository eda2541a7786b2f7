package dev.assay.verifier.reset;

/// Something that the ticker looks at on its way.
///
/// @param name for the log and the counter of failures
/// @param work returns at once where there is nothing to do
public record Chore(String name, Runnable work) {}

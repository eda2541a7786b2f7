package dev.assay.verifier.enrol;

/// Who asks: a token by its name, never by its secret.
///
/// @param tokenId names the token in events and logs
public record Principal(String tokenId, Role role) {}

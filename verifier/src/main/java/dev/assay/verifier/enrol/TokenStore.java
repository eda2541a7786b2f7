package dev.assay.verifier.enrol;

import dev.assay.tree.Digest;
import java.util.Optional;

/// Where tokens are kept.
public interface TokenStore {
    void add(Token token);

    Optional<Token> find(Digest secretDigest);

    boolean groupExists(String group);
}

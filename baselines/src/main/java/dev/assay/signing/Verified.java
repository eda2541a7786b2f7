package dev.assay.signing;

import dev.assay.tree.Digest;
import java.util.Set;

/// A value parsed from bytes whose signatures were verified before. Only {@link VerifiedPayload}
/// makes one.
public final class Verified<T> {
    private final T value;
    private final Digest digest;
    private final Set<String> signers;

    Verified(T value, Digest digest, Set<String> signers) {
        this.value = value;
        this.digest = digest;
        this.signers = signers;
    }

    public T value() {
        return value;
    }

    /// The SHA-256 of the signed payload: the document's name.
    public Digest digest() {
        return digest;
    }

    /// The ids of the keys whose signatures are good.
    public Set<String> signers() {
        return signers;
    }
}

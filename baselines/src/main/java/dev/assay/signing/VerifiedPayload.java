package dev.assay.signing;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.Digest;
import java.util.Set;

/// Bytes whose signatures were verified. Only this package makes one, so that to hold it is the
/// proof.
public final class VerifiedPayload {
    private final Bytes payload;
    private final Set<String> signers;

    VerifiedPayload(Bytes payload, Set<String> signers) {
        this.payload = payload;
        this.signers = Set.copyOf(signers);
    }

    /// Reads the bytes that were signed, and no others.
    public interface PayloadParser<T> {
        T parse(Bytes payload) throws MalformedInputException;
    }

    public <T> Verified<T> parse(PayloadParser<T> parser) throws MalformedInputException {
        return new Verified<>(parser.parse(payload), Digest.ofContent(payload), signers);
    }
}

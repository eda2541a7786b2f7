package dev.assay.agent.cli;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.VerificationKey;
import dev.assay.signing.Verified;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/// Whom an operator believes: one public key, or a pinned trust root.
final class Trust {
    private static final String PEM = "-----BEGIN";

    private Trust() {}

    private static Envelope parseRoot(Bytes content, Path trust) throws CommandFailedException {
        try {
            return Envelope.parse(content, TrustRoot.MAX_BYTES * 2);
        } catch (MalformedInputException e) {
            throw new CommandFailedException(
                    trust + " is neither a public key nor a trust root", e);
        }
    }

    static Verified<Baseline> verify(Envelope envelope, Path trust, Instant now)
            throws IOException,
                    MalformedInputException,
                    NotSignedException,
                    CommandFailedException {
        if (Files.size(trust) > TrustRoot.MAX_BYTES * 2L) {
            throw new CommandFailedException(trust + " is neither a public key nor a trust root");
        }
        Bytes content = Bytes.copyOf(Files.readAllBytes(trust));
        String text = new String(content.toArray(), StandardCharsets.ISO_8859_1);
        if (text.startsWith(PEM)) {
            VerificationKey key = VerificationKey.parsePem(text);
            return envelope.verify(Baseline.PAYLOAD_TYPE, Set.of(key), 1)
                    .parse(Baseline::parseStatement);
        }
        Envelope signedRoot = parseRoot(content, trust);
        TrustRoot root = TrustRoot.pinned(signedRoot).value();
        if (root.isExpiredAt(now)) {
            throw new CommandFailedException(
                    trust + " expired " + root.expires() + ": fetch its next version");
        }
        return root.verify(envelope, TrustRole.BASELINE, Baseline.PAYLOAD_TYPE)
                .parse(Baseline::parseStatement);
    }
}

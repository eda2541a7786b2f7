package dev.assay.verifier.cli;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.VerificationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads what operators name by file.
final class KeyFiles {
    private static final int MAX_PEM_BYTES = 64 << 10;

    private KeyFiles() {}

    static SigningKey signingKey(Path file) throws IOException, MalformedInputException {
        return SigningKey.read(file);
    }

    static VerificationKey publicKey(Path file) throws IOException, MalformedInputException {
        return VerificationKey.parsePem(bounded(file, MAX_PEM_BYTES).lossyText());
    }

    static Envelope trustRoot(Path file) throws IOException, MalformedInputException {
        return Envelope.parse(bounded(file, TrustRoot.MAX_BYTES * 2), TrustRoot.MAX_BYTES * 2);
    }

    static Bytes bounded(Path file, int maxBytes) throws IOException, MalformedInputException {
        if (Files.size(file) > maxBytes) {
            throw new MalformedInputException(
                    file + " has more than " + maxBytes + " bytes: it is not what is asked for");
        }
        return Bytes.copyOf(Files.readAllBytes(file));
    }
}

package dev.assay.verifier.cli;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRoot;
import dev.assay.verifier.store.VerifierData;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which verifier, as whom, and by which trust root: `--data DIR` on the verifier's own machine, or
/// the three by name from elsewhere. The token comes from a file, because arguments are seen by
/// every process of a machine.
final class Connection {
    private static final int MAX_LINE_BYTES = 4096;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder of a verifier that serves on this machine.")
    private @Nullable Path data;

    @Option(names = "--verifier", paramLabel = "URL", description = "https://HOST:PORT")
    private @Nullable URI verifier;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the secret of a token.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--trust-root",
            paramLabel = "FILE",
            description = "The pinned trust root, which names the verifier's TLS keys.")
    private @Nullable Path trustRoot;

    ApiClient open() throws IOException, MalformedInputException, CommandFailure {
        URI base = verifier != null ? verifier : servingAddress();
        Path token = tokenFile != null ? tokenFile : folder().operatorToken();
        TrustRoot root = trustRoot();
        if (root.isExpiredAt(InstantSource.system().instant())) {
            throw CommandFailure.operation(
                    "the trust root expired at "
                            + root.expires()
                            + ": make the next version (trust-root next)");
        }
        if (!"https".equals(base.getScheme()) || base.getHost() == null) {
            throw CommandFailure.usage("--verifier is a URL like https://verifier.example:8443");
        }
        return new ApiClient(base, line(token), root.tls());
    }

    /// The newest that is known here.
    TrustRoot trustRoot() throws IOException, MalformedInputException, CommandFailure {
        return trustRoot != null ? pinned(trustRoot) : newest(folder());
    }

    private VerifierData folder() throws CommandFailure {
        if (data == null) {
            throw CommandFailure.usage(
                    "say which verifier: --data DIR, or --verifier URL --token-file FILE"
                            + " --trust-root FILE");
        }
        return new VerifierData(data);
    }

    private URI servingAddress() throws IOException, MalformedInputException, CommandFailure {
        Path address = folder().address();
        if (!Files.exists(address)) {
            throw CommandFailure.operation(
                    "no verifier serves from " + data + ": start it (serve --data " + data + ")");
        }
        return URI.create(line(address));
    }

    private static String line(Path file) throws IOException, MalformedInputException {
        return KeyFiles.bounded(file, MAX_LINE_BYTES).lossyText().strip();
    }

    private static TrustRoot pinned(Path file)
            throws IOException, MalformedInputException, CommandFailure {
        Envelope envelope = KeyFiles.trustRoot(file);
        try {
            return TrustRoot.pinned(envelope).value();
        } catch (NotSignedException e) {
            throw CommandFailure.operation(file + " is no trust root: " + e.getMessage());
        }
    }

    /// The pinned one, followed version by version through those that the verifier took since.
    private static TrustRoot newest(VerifierData folder)
            throws IOException, MalformedInputException, CommandFailure {
        TrustRoot root = pinned(folder.trustRoot());
        Path next = folder.trustRoots().resolve(root.version() + 1 + ".json");
        while (Files.exists(next)) {
            try {
                root = root.advance(KeyFiles.trustRoot(next)).value();
            } catch (NotSignedException e) {
                throw CommandFailure.operation(next + " does not follow: " + e.getMessage());
            }
            next = folder.trustRoots().resolve(root.version() + 1 + ".json");
        }
        return root;
    }
}

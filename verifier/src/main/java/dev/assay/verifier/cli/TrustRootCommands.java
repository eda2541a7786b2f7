package dev.assay.verifier.cli;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "trust-root",
        description = "Who may say what: show it, make the next version offline, publish that.",
        subcommands = {
            TrustRootCommands.Show.class,
            TrustRootNextCommand.class,
            TrustRootCommands.Sign.class,
            TrustRootCommands.Publish.class
        })
final class TrustRootCommands {
    private TrustRootCommands() {}

    private record Shown(TrustRoot trustRoot, List<String> signedBy, String standing) {}

    static List<String> lines(TrustRoot root, String standing) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("trust root", "version " + root.version() + ", " + standing));
        rows.add(List.of("expires", root.expires().toString()));
        root.roles()
                .forEach(
                        (role, keys) ->
                                rows.add(
                                        List.of(
                                                role.wire(),
                                                keys.threshold()
                                                        + " of "
                                                        + String.join(", ", keys.keyIds()))));
        root.tls().forEach(pin -> rows.add(List.of("tls", pin.hex())));
        return Printing.columns(rows);
    }

    /// Says whether the document has the signatures that it demands of itself.
    static String standing(TrustRoot root, Envelope envelope) {
        try {
            root.verify(envelope, TrustRole.ROOT, TrustRoot.PAYLOAD_TYPE);
            return "signed by its own threshold";
        } catch (NotSignedException e) {
            return "not signed: " + e.getMessage();
        }
    }

    @Command(name = "show", description = "What a trust root says and who signed it.")
    static final class Show implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "FILE", description = "The trust root.")
        private Path file;

        @Mixin private Printing printing;

        @Override
        public Integer call() throws IOException, MalformedInputException {
            Envelope envelope = KeyFiles.trustRoot(file);
            TrustRoot root = TrustRoot.parse(envelope.payload());
            String standing = standing(root, envelope);
            List<String> signers =
                    envelope.signatures().stream().map(Envelope.EnvelopeSignature::keyid).toList();
            printing.print(new Shown(root, signers, standing), lines(root, standing));
            return Exit.CLEAN;
        }
    }

    @Command(name = "sign", description = "Add a root key's signature. Offline.")
    static final class Sign implements Callable<Integer> {
        @Option(names = "--key", required = true, paramLabel = "FILE", description = "Private key.")
        private Path key;

        @Option(
                names = "--in",
                required = true,
                paramLabel = "FILE",
                description = "The trust root to sign.")
        private Path in;

        @Option(
                names = "--out",
                required = true,
                paramLabel = "FILE",
                description = "The file to write; it may be the same one.")
        private Path out;

        @Mixin private Printing printing;

        private record Signed(int version, String signedBy, String standing) {}

        @Override
        public Integer call() throws IOException, MalformedInputException {
            SigningKey signer = KeyFiles.signingKey(key);
            Envelope envelope = KeyFiles.trustRoot(in);
            TrustRoot root = TrustRoot.parse(envelope.payload());
            Envelope signed = envelope.plusSignature(signer);
            write(out, signed);
            String standing = standing(root, signed);
            printing.print(
                    new Signed(root.version(), signer.verificationKey().keyId(), standing),
                    List.of("trust root version " + root.version() + ": " + standing));
            return Exit.CLEAN;
        }
    }

    @Command(
            name = "publish",
            description = "Hand the next version to the verifier; agents follow from there.")
    static final class Publish extends OnlineCommand {
        @Parameters(index = "0", paramLabel = "FILE", description = "Signed by old and new roots.")
        private Path file;

        @Override
        void run(ApiClient api)
                throws IOException, MalformedInputException, InterruptedException, CommandFailure {
            JsonNode taken = api.post("/v1/trust-root", KeyFiles.trustRoot(file));
            print(taken, List.of("the verifier follows version " + text(taken, "version")));
        }
    }

    /// Appears whole or not at all.
    static void write(Path file, Envelope envelope) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, Json.write(envelope).plus(Bytes.utf8("\n")).toArray());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

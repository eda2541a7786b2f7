package dev.assay.verifier.cli;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.GoldenFile;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sign",
        description = "Add a signature to a golden file. Needs no verifier and no network.")
final class BaselineSignCommand implements Callable<Integer> {
    @Option(names = "--key", required = true, paramLabel = "FILE", description = "Private key.")
    private Path key;

    @Option(names = "--in", required = true, paramLabel = "FILE", description = "NAME.golden.")
    private Path in;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The file to write; it may be the same one.")
    private Path out;

    @Mixin private Printing printing;

    private record Signed(
            String channel, long serial, String digest, String signedBy, int signatures) {}

    @Override
    public Integer call() throws IOException, MalformedInputException {
        SigningKey signer = KeyFiles.signingKey(key);
        GoldenFile golden = GoldenFile.open(in);
        // A signature is a word given: not for a document that no verifier could read, nor for a
        // manifest that is not the one it names.
        Baseline baseline = GoldenDocuments.statement(golden);
        golden.manifest(baseline.manifest()).close();
        Envelope signed = golden.envelope().plusSignature(signer);
        golden.writeWith(signed, out);
        String keyId = signer.verificationKey().keyId();
        printing.print(
                new Signed(
                        baseline.channel(),
                        baseline.serial(),
                        signed.payloadDigest().hex(),
                        keyId,
                        signed.signatures().size()),
                List.of(
                        "signed "
                                + baseline.channel()
                                + " #"
                                + baseline.serial()
                                + "  "
                                + signed.payloadDigest().brief()
                                + "  by "
                                + keyId.substring(0, 12)
                                + "  ("
                                + signed.signatures().size()
                                + " signature(s))"));
        return Exit.CLEAN;
    }
}

package dev.assay.verifier.cli;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.GoldenFile;
import dev.assay.bytes.MalformedInputException;

/// Reads the document of a golden file without asking who signed it: for showing, comparing and
/// signing.
final class GoldenDocuments {
    private GoldenDocuments() {}

    static Baseline statement(GoldenFile golden) throws MalformedInputException {
        String type = golden.envelope().payloadType();
        if (!type.equals(Baseline.PAYLOAD_TYPE)) {
            throw new MalformedInputException("the file holds " + type + ", not a baseline");
        }
        return Baseline.parseStatement(golden.envelope().payload());
    }
}

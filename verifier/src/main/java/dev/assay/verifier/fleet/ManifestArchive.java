package dev.assay.verifier.fleet;

import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.GoldenFile;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// Where manifests are kept, named by their digest.
public interface ManifestArchive {
    /// Writes what arrives to a file of its own, which is to be discarded.
    ///
    /// @throws MalformedInputException where there are more bytes
    Path receive(InputStream in, long maxBytes) throws IOException, MalformedInputException;

    void discard(Path received);

    /// Keeps the manifest, which was held against its digest before; durable when this returns.
    void keep(GoldenFile file, ManifestReference reference) throws IOException;

    /// The compressed bytes.
    InputStream open(ManifestReference reference) throws IOException;
}

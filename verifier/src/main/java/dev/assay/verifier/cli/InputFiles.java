package dev.assay.verifier.cli;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files that a command is given.
final class InputFiles {
    private InputFiles() {}

    /// @throws MalformedInputException where there are more bytes
    static Bytes read(Path file, int maxBytes) throws IOException, MalformedInputException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new MalformedInputException(file + " has more than " + maxBytes + " bytes");
            }
            return Bytes.copyOf(content);
        }
    }
}

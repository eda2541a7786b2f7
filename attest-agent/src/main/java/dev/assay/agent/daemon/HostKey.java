package dev.assay.agent.daemon;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.KeyType;
import dev.assay.signing.PrivateFiles;
import dev.assay.signing.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The key that the host is: made once, P-256, in a file of mode 0600.
final class HostKey {
    private HostKey() {}

    /// @throws StartException where there is one that cannot be used: a new one would be another
    ///   host, so that only an operator may take it away
    static SigningKey readOrMake(Path file) throws StartException, IOException {
        if (!Files.exists(file)) {
            make(file);
        }
        try {
            return SigningKey.read(file);
        } catch (MalformedInputException e) {
            throw StartException.ofState(
                    "the host key is damaged ("
                            + e.getMessage()
                            + "): restore "
                            + file
                            + ", or delete it and enrol the host anew");
        }
    }

    /// Under another name first: a crash must not leave half a key behind, which no later start
    /// would dare to replace.
    private static void make(Path file) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        SigningKey.generate(KeyType.ECDSA_P256).writeNew(next);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        PrivateFiles.syncFolderOf(file);
    }
}

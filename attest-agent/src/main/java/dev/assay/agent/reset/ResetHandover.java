package dev.assay.agent.reset;

import dev.assay.bytes.Json;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import dev.assay.signing.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/// Leaves the order, as it was signed, to a program that may reboot: the agent runs as a user that
/// may not, and who takes the agent over gains no reboot by it. The program judges the order again
/// and believes nothing of the folder.
public final class ResetHandover implements ResetAction {
    /// The file in the folder, a signed envelope.
    public static final String ORDER = "order.json";

    private final Path folder;

    private ResetHandover(Path folder) {
        this.folder = folder;
    }

    /// @throws NotDirectoryException where the folder is not there
    public static ResetHandover to(Path folder) throws NotDirectoryException {
        Path absolute = folder.toAbsolutePath().normalize();
        if (!Files.isDirectory(absolute)) {
            throw new NotDirectoryException(absolute.toString());
        }
        return new ResetHandover(absolute);
    }

    @Override
    public void reset(ResetOrder order, Envelope signed) throws IOException {
        PrivateFiles.replace(folder.resolve(ORDER), Json.write(signed));
    }

    @Override
    public String toString() {
        return "handover to " + folder;
    }
}

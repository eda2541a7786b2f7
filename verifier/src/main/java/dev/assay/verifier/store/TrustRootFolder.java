package dev.assay.verifier.store;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.PrivateFiles;
import dev.assay.signing.TrustRoot;
import dev.assay.verifier.fleet.TrustRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The trust root's versions as files of the data folder.
public final class TrustRootFolder implements TrustRoots.Archive {
    private static final int MAX_ENVELOPE_BYTES = TrustRoot.MAX_BYTES * 2;

    private final VerifierData data;

    public TrustRootFolder(VerifierData data) {
        this.data = data;
    }

    @Override
    public Envelope pinned() throws IOException, MalformedInputException {
        return read(data.trustRoot());
    }

    @Override
    public List<Envelope> followers() throws IOException, MalformedInputException {
        List<Envelope> followers = new ArrayList<>();
        int pinned = TrustRoot.parse(pinned().payload()).version();
        for (int version = pinned + 1; Files.exists(file(version)); version++) {
            followers.add(read(file(version)));
        }
        return followers;
    }

    @Override
    public void add(int version, Envelope envelope) throws IOException {
        Files.createDirectories(data.trustRoots());
        PrivateFiles.replace(file(version), Json.write(envelope));
    }

    private Path file(int version) {
        return data.trustRoots().resolve(version + ".json");
    }

    private static Envelope read(Path file) throws IOException, MalformedInputException {
        if (Files.size(file) > MAX_ENVELOPE_BYTES) {
            throw new MalformedInputException(file.getFileName() + " is too large");
        }
        return Envelope.parse(Bytes.copyOf(Files.readAllBytes(file)), MAX_ENVELOPE_BYTES);
    }
}

package dev.assay.rig;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRoot;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A verifier with a data folder of its own, which can be killed and started again.
public final class VerifierProcess implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(40);
    private static final Duration POLL = Duration.ofMillis(40);

    private final Programs programs;
    private final Path data;
    private final Path log;
    private String listen = "127.0.0.1:0";
    private @Nullable Process process;
    private @Nullable Api api;

    public VerifierProcess(Programs programs, Path folder) {
        this.programs = programs;
        this.data = folder.resolve("verifier");
        this.log = folder.resolve("verifier.log");
    }

    /// Makes keys, trust root, certificate and database.
    public void init() throws IOException, InterruptedException {
        programs.runVerifier(List.of("init", "--data", data.toString()), log, DEADLINE);
    }

    /// Returns once it answers that it is ready; after the first time on the same port again.
    public void start() throws IOException, InterruptedException {
        Path address = data.resolve("address");
        Files.deleteIfExists(address);
        process =
                programs.startVerifier(
                        List.of("serve", "--data", data.toString(), "--listen", listen), log);
        Instant deadline = Instant.now().plus(DEADLINE);
        while (!Files.exists(address) || !isReady()) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                throw new IOException("the verifier did not become ready, see " + log);
            }
            Thread.sleep(POLL);
        }
        listen = url().getAuthority();
    }

    private boolean isReady() throws InterruptedException {
        try {
            if (api != null) {
                api.close();
            }
            api = open(Files.readString(data.resolve("operator.token")).strip());
            return api.request("GET", "/readyz", "").status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// A client with another token.
    public Api open(String token) throws IOException {
        return new Api(url(), token, trustRoot().tls());
    }

    /// With the operator's token.
    public Api api() {
        return Objects.requireNonNull(api, "the verifier was not started");
    }

    public URI url() throws IOException {
        String address = Files.readString(data.resolve("address")).strip();
        return URI.create(address.startsWith("https://") ? address : "https://" + address);
    }

    public Path trustRootFile() {
        return data.resolve("trust-root.json");
    }

    public Path data() {
        return data;
    }

    private TrustRoot trustRoot() throws IOException {
        try {
            Bytes json = Bytes.copyOf(Files.readAllBytes(trustRootFile()));
            return TrustRoot.pinned(Envelope.parse(json, TrustRoot.MAX_BYTES * 2)).value();
        } catch (MalformedInputException | NotSignedException e) {
            throw new IOException("trust root: " + e.getMessage(), e);
        }
    }

    /// As `kill -9` does.
    public void kill() {
        if (process != null) {
            Programs.stop(process);
        }
    }

    @Override
    public void close() {
        if (api != null) {
            api.close();
        }
        kill();
    }
}

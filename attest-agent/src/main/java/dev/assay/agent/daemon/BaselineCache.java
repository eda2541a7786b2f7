package dev.assay.agent.daemon;

import dev.assay.agent.log.EventLog;
import dev.assay.agent.verifierclient.VerifierClient;
import dev.assay.agent.verifierclient.VerifierClient.Asker;
import dev.assay.agent.verifierclient.VerifierException;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestReader;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.PrivateFiles;
import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.Verified;
import dev.assay.tree.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Documents and manifests of the channel's active baselines, by digest. Nothing in the folder is
/// believed: each is held against its digest and the trust root whenever it is read.
final class BaselineCache {
    private static final EventLog LOG = EventLog.of(BaselineCache.class);
    private static final String DOCUMENT = ".json";
    private static final String MANIFEST = ".jsonl.gz";
    private static final String PARTIAL = ".part";

    private final Path documents;
    private final Path manifests;
    private final String channel;

    /// @param channel the one that this host enrolled in; another's baselines are foreign
    BaselineCache(Path documents, Path manifests, String channel) {
        this.documents = documents;
        this.manifests = manifests;
        this.channel = channel;
    }

    /// Digests that there are documents under, right or wrong.
    List<Digest> held() throws IOException {
        List<Digest> held = new ArrayList<>();
        try (Stream<Path> files = Files.list(documents)) {
            for (String name : files.map(file -> file.getFileName().toString()).toList()) {
                if (name.matches("[0-9a-f]{64}\\" + DOCUMENT)) {
                    held.add(Digest.ofHex(name.substring(0, 2 * Digest.BYTES)));
                }
            }
        }
        return held;
    }

    /// Keeps a document that is signed for this host's channel; where the disk is full, in memory
    /// only.
    Verified<Baseline> store(Envelope envelope, TrustRoot root)
            throws NotSignedException, MalformedInputException {
        Verified<Baseline> baseline = accept(envelope, root);
        try {
            PrivateFiles.replace(document(baseline.digest()), Json.write(envelope));
        } catch (IOException e) {
            LOG.error("baseline-not-written", "digest", baseline.digest().brief(), "reason", e);
        }
        return baseline;
    }

    /// Empty where it is not there, or not what it must be; then it is deleted.
    Optional<Verified<Baseline>> read(Digest digest, TrustRoot root) throws IOException {
        Path file = document(digest);
        Optional<Envelope> envelope =
                StateFolder.read(file, Envelope.class, GoldenFile.MAX_ENVELOPE_BYTES);
        if (envelope.isPresent()) {
            try {
                Verified<Baseline> baseline = accept(envelope.get(), root);
                if (baseline.digest().equals(digest)) {
                    return Optional.of(baseline);
                }
                LOG.error("baseline-misplaced", "file", file);
            } catch (NotSignedException | MalformedInputException e) {
                LOG.error("baseline-refused", "digest", digest.brief(), "reason", e);
            }
        }
        Files.deleteIfExists(file);
        return Optional.empty();
    }

    private Verified<Baseline> accept(Envelope envelope, TrustRoot root)
            throws NotSignedException, MalformedInputException {
        Verified<Baseline> baseline =
                root.verify(envelope, TrustRole.BASELINE, Baseline.PAYLOAD_TYPE)
                        .parse(Baseline::parseStatement);
        if (!baseline.value().channel().equals(channel)) {
            throw new NotSignedException(
                    "baseline is of channel "
                            + baseline.value().channel()
                            + ", this host's is "
                            + channel);
        }
        if (baseline.value().measurementVersion() != MeasurementSet.MEASUREMENT_VERSION) {
            throw new MalformedInputException(
                    "baseline has measurement version " + baseline.value().measurementVersion());
        }
        return baseline;
    }

    /// The baseline's manifest, after its bytes were held against the document; empty where there
    /// is none that fits.
    Optional<ManifestReader> manifest(Verified<Baseline> baseline) throws IOException {
        ManifestReference reference = baseline.value().manifest();
        Path file = manifest(reference.sha256());
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        try {
            // One open file is hashed and then read: what is read is what was hashed, also where
            // somebody puts another one in its place meanwhile.
            if (channel.size() == reference.bytes()
                    && digestOf(channel).equals(reference.sha256())) {
                channel.position(0);
                return Optional.of(
                        new ManifestReader(
                                new BufferedInputStream(Channels.newInputStream(channel)),
                                reference));
            }
            LOG.error("manifest-damaged", "file", file);
        } catch (MalformedInputException e) {
            LOG.error("manifest-refused", "file", file, "reason", e);
        }
        channel.close();
        Files.deleteIfExists(file);
        return Optional.empty();
    }

    private static Digest digestOf(FileChannel channel) throws IOException {
        MessageDigest hasher = Digest.hasher();
        channel.position(0);
        // Not closed: that would close the channel.
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
        in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), hasher));
        return Digest.finish(hasher);
    }

    /// Fetches the manifest; it appears whole or not at all, and is verified when it is read.
    void fetchManifest(VerifierClient client, Asker asker, Verified<Baseline> baseline)
            throws VerifierException, IOException {
        ManifestReference reference = baseline.value().manifest();
        Path file = manifest(reference.sha256());
        Path partial = file.resolveSibling(file.getFileName() + PARTIAL);
        Files.deleteIfExists(partial);
        try {
            client.manifest(asker, baseline.digest(), reference, partial);
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /// Deletes what is of no active baseline any more.
    void prune(Collection<Verified<Baseline>> active) throws IOException {
        Set<Path> kept =
                active.stream()
                        .flatMap(
                                baseline ->
                                        Stream.of(
                                                document(baseline.digest()),
                                                manifest(baseline.value().manifest().sha256())))
                        .collect(Collectors.toSet());
        for (Path folder : List.of(documents, manifests)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    if (!kept.contains(file)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }

    private Path document(Digest digest) {
        return documents.resolve(digest.hex() + DOCUMENT);
    }

    private Path manifest(Digest digest) {
        return manifests.resolve(digest.hex() + MANIFEST);
    }
}

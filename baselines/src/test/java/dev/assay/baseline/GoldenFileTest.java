package dev.assay.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.fixture.RandomTrees;
import dev.assay.fixture.Samples;
import dev.assay.fixture.Seed;
import dev.assay.measurement.Entry;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.SigningKey;
import dev.assay.signing.Verified;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GoldenFileTest {
    private static final SigningKey KEY = SigningKey.generate(KeyType.ED25519);
    private static final SigningKey SECOND = SigningKey.generate(KeyType.ECDSA_P256);

    @TempDir Path folder;
    private RandomTrees trees = new RandomTrees(Seed.random("golden file"));

    @BeforeEach
    void seed() {
        trees = new RandomTrees(Seed.random("golden file"));
    }

    /// What was written, to hold against what is read.
    private record Written(Path file, List<Entry> entries, Baseline baseline) {}

    private Written write(String name) throws IOException {
        List<Entry> entries = trees.entries(60, 5);
        Path manifest = folder.resolve(name + ".manifest");
        ManifestReference reference;
        try (OutputStream out = Files.newOutputStream(manifest)) {
            reference = ManifestWriter.write(entries, out);
        }
        Baseline baseline = Samples.baseline(reference, MeasurementSet.of(entries).roots().total());
        Path file = folder.resolve(name + ".golden");
        GoldenFile.write(
                file, Envelope.sign(Baseline.PAYLOAD_TYPE, baseline.toStatement(), KEY), manifest);
        return new Written(file, entries, baseline);
    }

    private static Verified<Baseline> verify(GoldenFile file)
            throws NotSignedException, MalformedInputException {
        return file.envelope()
                .verify(Baseline.PAYLOAD_TYPE, Set.of(KEY.verificationKey()), 1)
                .parse(Baseline::parseStatement);
    }

    private static List<Entry> read(Path path) throws Exception {
        GoldenFile file = GoldenFile.open(path);
        try (ManifestReader reader = file.manifest(verify(file))) {
            return readAll(reader);
        }
    }

    private static List<Entry> readAll(ManifestReader reader) throws Exception {
        List<Entry> entries = new ArrayList<>();
        for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        return entries;
    }

    private static Bytes bytes(Path file) throws IOException {
        return Bytes.copyOf(Files.readAllBytes(file));
    }

    private Path file(Bytes content) throws IOException {
        Path file = folder.resolve("attack.golden");
        Files.write(file, content.toArray());
        return file;
    }

    private static int lineEnd(Bytes content) {
        int at = 0;
        while (content.at(at) != '\n') {
            at++;
        }
        return at;
    }

    private static void requireRefused(Path file) {
        assertThatExceptionOfType(MalformedInputException.class).isThrownBy(() -> read(file));
    }

    @Test
    void documentAndManifestTravelInOneFile() throws Exception {
        Written written = write("a");
        assertThat(read(written.file())).isEqualTo(written.entries());
        assertThat(verify(GoldenFile.open(written.file())).value()).isEqualTo(written.baseline());
        Bytes content = bytes(written.file());
        Bytes manifest = content.slice(lineEnd(content) + 1, content.length());
        assertThat(manifest.length()).isEqualTo((int) written.baseline().manifest().bytes());
        try (GZIPInputStream plain =
                new GZIPInputStream(new ByteArrayInputStream(manifest.toArray()))) {
            assertThat(plain.readAllBytes())
                    .hasSize((int) written.baseline().manifest().unpackedBytes());
        }
        assertThat(folder.resolve("a.golden.next")).doesNotExist();
    }

    @Test
    void aSecondSignatureIsAddedInPlace() throws Exception {
        Written written = write("a");
        GoldenFile file = GoldenFile.open(written.file());
        file.writeWith(file.envelope().plusSignature(SECOND), written.file());
        Envelope both = GoldenFile.open(written.file()).envelope();
        assertThat(both.signatures()).hasSize(2);
        assertThat(read(written.file())).isEqualTo(written.entries());
    }

    @Test
    void theManifestOfAnotherBaselineIsRefused() throws Exception {
        Bytes a = bytes(write("a").file());
        Bytes b = bytes(write("b").file());
        Bytes swapped = a.slice(0, lineEnd(a) + 1).plus(b.slice(lineEnd(b) + 1, b.length()));
        requireRefused(file(swapped));
    }

    @Test
    void aManifestSwappedAfterItWasOpenedIsRefusedAtItsEnd() throws Exception {
        Written written = write("a");
        GoldenFile open = GoldenFile.open(written.file());
        Baseline other = write("b").baseline();
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(
                        () -> {
                            try (ManifestReader reader =
                                    new ManifestReader(open.packedManifest(), other.manifest())) {
                                readAll(reader);
                            }
                        });
    }

    @Test
    void everyTruncationIsRefused() throws Exception {
        Bytes good = bytes(write("a").file());
        int line = lineEnd(good);
        for (int length :
                new int[] {0, 1, line / 2, line, line + 1, line + 10, good.length() - 1}) {
            requireRefused(file(good.slice(0, length)));
        }
        requireRefused(file(good.plus(Bytes.utf8("x"))));
    }

    @Test
    void aLineEndOfAnotherSystemIsRefused() throws Exception {
        Bytes good = bytes(write("a").file());
        int line = lineEnd(good);
        requireRefused(
                file(
                        good.slice(0, line)
                                .plus(Bytes.utf8("\r\n"))
                                .plus(good.slice(line + 1, good.length()))));
        requireRefused(file(Bytes.utf8(" ").plus(good)));
        requireRefused(file(Bytes.utf8("\n").plus(good)));
        requireRefused(file(Bytes.utf8("\ufeff").plus(good)));
    }

    @Test
    void aFirstLineWithoutAnEndIsNotReadToTheEnd() throws Exception {
        Path endless = folder.resolve("endless.golden");
        byte[] spaces = new byte[1 << 20];
        Arrays.fill(spaces, (byte) ' ');
        try (OutputStream out = Files.newOutputStream(endless)) {
            for (int i = 0; i <= GoldenFile.MAX_ENVELOPE_BYTES >> 20; i++) {
                out.write(spaces);
            }
        }
        requireRefused(endless);
    }

    @Test
    void aSignatureIsDemandedBeforeTheDocumentIsBelieved() throws Exception {
        Written written = write("a");
        GoldenFile file = GoldenFile.open(written.file());
        assertThatExceptionOfType(NotSignedException.class)
                .isThrownBy(
                        () ->
                                file.envelope()
                                        .verify(
                                                Baseline.PAYLOAD_TYPE,
                                                Set.of(SECOND.verificationKey()),
                                                1));
    }
}

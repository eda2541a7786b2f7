package dev.assay.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.fixture.Mutations;
import dev.assay.fixture.RandomTrees;
import dev.assay.fixture.Seed;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestTest {
    private static final String A = "{\"path\":\"fs/a\",\"kind\":\"file\",\"mode\":\"0644\"}\n";
    private static final String B = "{\"path\":\"fs/b\",\"kind\":\"file\",\"mode\":\"0644\"}\n";

    @TempDir Path folder;

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    /// A reference that is right in all but what a test says.
    private static ManifestReference reference(byte[] packed, long unpacked, long entries) {
        return new ManifestReference(
                Digest.ofContent(Bytes.copyOf(packed)), packed.length, unpacked, entries);
    }

    private static List<Entry> read(byte[] packed, ManifestReference reference)
            throws IOException, MalformedInputException {
        List<Entry> entries = new ArrayList<>();
        try (ManifestReader reader =
                new ManifestReader(new ByteArrayInputStream(packed), reference)) {
            for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
                entries.add(entry);
            }
            assertThat(reader.next()).isNull();
        }
        return entries;
    }

    private static void requireRefused(byte[] packed, ManifestReference reference) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> read(packed, reference));
    }

    private static void requireLinesRefused(byte[] lines, long entries) throws IOException {
        byte[] packed = gzip(lines);
        requireRefused(packed, reference(packed, lines.length, entries));
    }

    private static byte[] utf8(String text) {
        return Bytes.utf8(text).toArray();
    }

    @Test
    void anyTreeComesBack() throws Exception {
        RandomTrees trees = new RandomTrees(Seed.random("manifest"));
        for (int i = 0; i < 300; i++) {
            List<Entry> entries = trees.entries(60, 6);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ManifestReference reference = ManifestWriter.write(entries, out);
            assertThat(read(out.toByteArray(), reference)).isEqualTo(entries);
            ByteArrayOutputStream again = new ByteArrayOutputStream();
            assertThat(ManifestWriter.write(entries, again)).isEqualTo(reference);
            assertThat(again.toByteArray()).isEqualTo(out.toByteArray());
        }
    }

    @Test
    void twoGoodLinesAreTwoEntries() throws Exception {
        byte[] packed = gzip(utf8(A + B));
        assertThat(read(packed, reference(packed, A.length() + B.length(), 2))).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "null",
                "[]",
                "\"x\"",
                "{}",
                "{\"path\":\"fs/a\"}",
                "{\"kind\":\"file\"}",
                "{\"path\":\"\",\"kind\":\"file\"}",
                "{\"path\":\"fs/a\",\"kind\":\"fil\"}",
                "{\"path\":\"fs/a\",\"kind\":\"FILE\"}",
                "{\"path\":\"fs/../a\",\"kind\":\"file\"}",
                "{\"path\":\"/fs\",\"kind\":\"file\"}",
                "{\"path\":\"fs/%61\",\"kind\":\"file\"}",
                "{\"path\":\"fs/\u202e\",\"kind\":\"file\"}",
                "{\"path\":\"fs/\\ud800\",\"kind\":\"file\"}",
                "{\"path\":\"fs/a\",\"kind\":\"file\",\"mode\":644}",
                "{\"path\":\"fs/a\",\"kind\":\"file\",\"mode\":null}",
                "{\"path\":\"fs/a\",\"kind\":\"file\",\"mode\":{}}",
                "{\"path\":\"fs/a\",\"kind\":\"file\",\"mode\":[\"0644\"]}",
                "{\"path\":\"fs/a\",\"kind\":\"file\",\"mode\":\"%30644\"}",
                "{\"path\":\"fs/a\",\"kind\":\"file\",\"a b\":\"x\"}",
                "{\"path\":\"fs/a\",\"kind\":\"file\",\"kind\":\"file\"}",
                "{\"path\":\"fs/a\",\"path\":\"fs/a\",\"kind\":\"file\"}",
                "{\"path\":\"fs/a\",\"kind\":\"file\"",
                "{\"path\":\"fs/a\",\"kind\":\"file\"}x",
                "\ufeff{\"path\":\"fs/a\",\"kind\":\"file\"}",
            })
    void aLineThatIsNoEntryIsRefused(String line) throws IOException {
        requireLinesRefused(utf8(line + "\n"), 1);
    }

    @Test
    void tooManyFieldsAreRefused() throws IOException {
        StringBuilder line = new StringBuilder("{\"path\":\"fs/a\",\"kind\":\"file\"");
        IntStream.range(0, Leaf.MAX_ATTRIBUTES + 1)
                .forEach(i -> line.append(",\"a").append(i).append("\":\"\""));
        requireLinesRefused(utf8(line + "}\n"), 1);
    }

    @Test
    void wrongOrderAndDuplicatesAreRefused() throws IOException {
        requireLinesRefused(utf8(B + A), 2);
        requireLinesRefused(utf8(A + A), 2);
        String below = A.replace("fs/a", "fs/a/x");
        requireLinesRefused(utf8(below + A), 2);
        requireLinesRefused(utf8(A.replace("fs/a", "fs/a-") + below), 2);
    }

    @Test
    void aWrongCountIsRefused() throws IOException {
        requireLinesRefused(utf8(A + B), 1);
        requireLinesRefused(utf8(A + B), 3);
        requireLinesRefused(utf8(""), 1);
    }

    @Test
    void anotherLengthThanTheDocumentsIsRefused() throws IOException {
        byte[] packed = gzip(utf8(A + B));
        int length = A.length() + B.length();
        requireRefused(packed, reference(packed, length - 1, 2));
        requireRefused(packed, reference(packed, length + 1, 2));
    }

    @Test
    void anotherDigestThanTheDocumentsIsRefusedAtTheEnd() throws IOException {
        byte[] packed = gzip(utf8(A + B));
        byte[] other = gzip(utf8(A + B.replace("0644", "4755")));
        requireRefused(other, reference(packed, A.length() + B.length(), 2));
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        byte[] overlong = utf8(A);
        int at = A.indexOf("0644");
        overlong[at] = (byte) 0xc0;
        overlong[at + 1] = (byte) 0xaf;
        requireLinesRefused(overlong, 1);
        requireLinesRefused(A.getBytes(StandardCharsets.UTF_16BE), 1);
    }

    @Test
    void aBombIsNotUnpackedPastTheDocumentsLength() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            byte[] spaces = new byte[1 << 20];
            Arrays.fill(spaces, (byte) ' ');
            for (int i = 0; i < 64; i++) {
                gzip.write(spaces);
            }
        }
        byte[] packed = bomb.toByteArray();
        assertThat(packed.length).isLessThan(1 << 20);
        requireRefused(packed, reference(packed, A.length(), 1));
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] packed = gzip(utf8(A + B));
        for (int length = 0; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            requireRefused(cut, reference(cut, A.length() + B.length(), 2));
        }
    }

    @Test
    void somethingAfterTheMemberIsRefused() throws IOException {
        byte[] first = gzip(utf8(A));
        byte[] second = gzip(utf8(B));
        byte[] empty = gzip(utf8(""));
        for (byte[] rest : List.of(second, empty, new byte[1], utf8("garbage"))) {
            Bytes joined = Bytes.copyOf(first).plus(Bytes.copyOf(rest));
            byte[] packed = joined.toArray();
            requireRefused(packed, reference(packed, A.length() + B.length(), 2));
            requireRefused(packed, reference(packed, A.length(), 1));
        }
    }

    @Test
    void aHeaderWithOptionalFieldsOrAWrongTrailerIsRefused() throws IOException {
        byte[] good = gzip(utf8(A));
        for (int at : new int[] {0, 1, 2, 3, good.length - 1, good.length - 5}) {
            byte[] packed = good.clone();
            packed[at] ^= 8;
            requireRefused(packed, reference(packed, A.length(), 1));
        }
    }

    @Test
    void aFailingDiskIsNotMalformedInput() throws Exception {
        byte[] packed = gzip(utf8(A));
        InputStream failing =
                new FilterInputStream(new ByteArrayInputStream(packed)) {
                    @Override
                    public int read(byte[] into, int from, int length) throws IOException {
                        if (in.available() <= packed.length - 10) {
                            throw new IOException("disk");
                        }
                        return super.read(into, from, length);
                    }
                };
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> new ManifestReader(failing, reference(packed, A.length(), 1)).next())
                .withMessage("disk");
    }

    @Test
    void mutatedManifestsAreReadOrRefused() throws IOException {
        byte[] packed = gzip(utf8(A + B));
        new Mutations("manifest, packed")
                .run(
                        Bytes.copyOf(packed),
                        1500,
                        mutated -> {
                            List<Entry> read =
                                    read(mutated.toArray(), reference(packed, A.length() * 2L, 2));
                            assertThat(mutated).isEqualTo(Bytes.copyOf(packed));
                            assertThat(read).hasSize(2);
                        });
        new Mutations("manifest, lines")
                .run(
                        Bytes.utf8(A + B),
                        1500,
                        mutated -> {
                            byte[] again = gzip(mutated.toArray());
                            read(again, reference(again, mutated.length(), 2));
                        });
    }

    /// The generator's leaves exist one at a time, the reader's as well.
    @Test
    void aMillionEntriesAreStreamed() throws Exception {
        int count = 1_000_000;
        Path file = folder.resolve("manifest");
        Iterable<Entry> generated =
                () ->
                        new Iterator<>() {
                            private int at;

                            @Override
                            public boolean hasNext() {
                                return at < count;
                            }

                            @Override
                            public Entry next() {
                                return generate(at++);
                            }
                        };
        ManifestReference reference;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            reference = ManifestWriter.write(generated, out);
        }
        assertThat(reference.entries()).isEqualTo(count);
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        long before = runtime.totalMemory() - runtime.freeMemory();
        int seen = 0;
        try (ManifestReader reader =
                new ManifestReader(
                        new BufferedInputStream(Files.newInputStream(file)), reference)) {
            for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
                if (seen % 1000 == 0) {
                    assertThat(entry).isEqualTo(generate(seen));
                }
                if (++seen == count / 2) {
                    System.gc();
                    assertThat(runtime.totalMemory() - runtime.freeMemory() - before)
                            .as("heap in the middle of a million entries")
                            .isLessThan(64L << 20);
                }
            }
        }
        assertThat(seen).isEqualTo(count);
    }

    private static final Map<String, Bytes> ATTRIBUTES = Map.of("mode", Bytes.utf8("0644"));

    private static Entry generate(int i) {
        String digits = Integer.toString(10_000_000 + i);
        NodePath path = NodePath.of("fs/" + digits.substring(0, 4) + "/" + digits.substring(4));
        return Entry.of(path, Leaf.of(Kind.FILE, ATTRIBUTES));
    }
}

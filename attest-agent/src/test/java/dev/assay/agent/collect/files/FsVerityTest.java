package dev.assay.agent.collect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.assay.agent.collect.files.FsVerity.Algorithm;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class FsVerityTest {
    private static final Path VECTORS =
            Path.of(
                    System.getProperty("assay.vectors", "../../shared/vectors"),
                    "fsverity",
                    "fsverity-digests.json");

    private static final int CASES = 12;
    private static final int MAX_VECTOR_BYTES = 64 << 10;

    @TempDir private Path folder = Path.of("");

    @TestFactory
    Stream<DynamicTest> digestsAreThoseOfTheKernelsOwnTools()
            throws IOException, MalformedInputException {
        assumeThat(VECTORS).as("vectors of fs-verity").exists();
        JsonNode cases =
                Json.parseTree(Bytes.copyOf(Files.readAllBytes(VECTORS)), MAX_VECTOR_BYTES)
                        .get("cases");
        assertThat(cases.size()).isEqualTo(CASES);
        return cases.valueStream()
                .map(
                        one ->
                                DynamicTest.dynamicTest(
                                        one.get("name").asString(),
                                        () ->
                                                assertThat(digest(one, 1 << 20).hex())
                                                        .isEqualTo(
                                                                one.get("digest_hex").asString())));
    }

    @Test
    void digestIsTheSameHoweverTheContentIsCut() throws IOException, MalformedInputException {
        assumeThat(VECTORS).as("vectors of fs-verity").exists();
        JsonNode first =
                Json.parseTree(Bytes.copyOf(Files.readAllBytes(VECTORS)), MAX_VECTOR_BYTES)
                        .at("/cases/0");
        assertThat(digest(first, 1)).isEqualTo(digest(first, 4097));
    }

    private static Bytes digest(JsonNode one, int step) {
        Algorithm algorithm =
                one.path("alg").asString("").endsWith("SHA512")
                        ? Algorithm.SHA512
                        : Algorithm.SHA256;
        int blockBytes = one.get("block_size").asInt();
        FsVerityHasher hasher =
                new FsVerityHasher(
                        algorithm,
                        blockBytes == 0 ? FsVerityHasher.USUAL_BLOCK_BYTES : blockBytes,
                        Bytes.utf8(one.get("salt").asString()));
        byte[] content = content(one.get("file_size").asInt());
        for (int done = 0; done < content.length; done += step) {
            hasher.update(content, done, Math.min(step, content.length - done));
        }
        return hasher.finish();
    }

    /// As the vectors' own program fills a file.
    private static byte[] content(int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (i % 11 + i % 439 + i % 1103);
        }
        return content;
    }

    // A kernel with fs-verity, and a file that has it, is more than most machines of a build have:
    // here only that a file without it is no error.
    @Test
    void fileWithoutItHasNoDigestOfTheKernel() throws Exception {
        Path file = Files.writeString(folder.resolve("plain"), "content");
        Posix posix = Posix.mine();
        int fd =
                posix.openPath(
                        file.toString().getBytes(StandardCharsets.UTF_8),
                        Posix.O_RDONLY | Posix.O_CLOEXEC);
        try {
            assertThat(FsVerity.measure(fd)).isEqualTo(Optional.empty());
        } finally {
            posix.close(fd);
        }
    }

    @Test
    void blocksAndSaltsThatTheKernelRefusesAreRefused() {
        for (int bytes : new int[] {0, 256, 4095, 128 << 10}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new FsVerityHasher(Algorithm.SHA256, bytes, Bytes.EMPTY));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new FsVerityHasher(
                                        Algorithm.SHA256, 4096, Bytes.copyOf(new byte[33])));
    }
}

package dev.assay.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Exhibits.FileExhibit;
import dev.assay.evidence.Exhibits.ProcessExhibit;
import dev.assay.evidence.Exhibits.SocketExhibit;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.fixture.Samples;
import dev.assay.tree.NodePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExhibitsTest {
    private static void requireRefused(Bytes packed) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> Exhibits.unpack(packed));
    }

    private static Bytes gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return Bytes.copyOf(packed.toByteArray());
    }

    @Test
    void whatIsPackedIsUnpacked() throws MalformedInputException {
        assertThat(Exhibits.unpack(Samples.exhibits().pack())).isEqualTo(Samples.exhibits());
    }

    @Test
    void aBombIsNotUnpackedToItsEnd() throws IOException {
        byte[] spaces = new byte[8 << 20];
        Arrays.fill(spaces, (byte) ' ');
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            for (int i = 0; i < 64; i++) {
                gzip.write(spaces);
            }
        }
        requireRefused(Bytes.copyOf(packed.toByteArray()));
    }

    @Test
    void whatIsNoPackedDocumentIsRefused() throws IOException {
        Bytes whole = Samples.exhibits().pack();
        requireRefused(Bytes.EMPTY);
        requireRefused(Bytes.utf8("{}"));
        requireRefused(gzip(new byte[0]));
        requireRefused(gzip(Bytes.utf8("{}").toArray()));
        requireRefused(whole.plus(whole));
        requireRefused(whole.slice(0, whole.length() - 1));
        requireRefused(Bytes.copyOf(new byte[Exhibits.MAX_PACKED_BYTES + 1]));
    }

    /// The limits of the parts must keep the whole within its own, whatever an intruder puts there.
    @Test
    void theLargestDocumentThatTheLimitsAllowCanBeSent() throws MalformedInputException {
        Random random = new Random(7);
        byte[] content = new byte[Exhibits.MAX_ALL_FILES_BYTES / Exhibits.MAX_FILES];
        List<FileExhibit> files = new ArrayList<>();
        for (int i = 0; i < Exhibits.MAX_FILES; i++) {
            random.nextBytes(content);
            files.add(
                    new FileExhibit(
                            NodePath.of("fs/usr/bin/" + i),
                            "0755",
                            0,
                            0,
                            content.length,
                            0,
                            0,
                            false,
                            false,
                            Bytes.copyOf(content)));
        }
        List<ProcessExhibit> processes = new ArrayList<>();
        List<SocketExhibit> sockets = new ArrayList<>();
        for (int i = 0; i < Exhibits.MAX_PROCESSES; i++) {
            String noise = noise(random);
            processes.add(
                    new ProcessExhibit(i, 1, 0L, "x", noise(random), noise, true, Instant.EPOCH));
            sockets.add(new SocketExhibit("unix", noise(random), null, "listening", 0L, i, 1L));
        }
        Exhibits sample = Samples.exhibits();
        Exhibits largest =
                new Exhibits(
                        sample.basis(),
                        sample.host(),
                        sample.boot(),
                        sample.reset(),
                        sample.collectedAt(),
                        sample.agent(),
                        1,
                        files,
                        List.of(),
                        0,
                        processes,
                        0,
                        sockets,
                        0,
                        List.of());
        assertThat(largest.pack().length()).isLessThanOrEqualTo(Exhibits.MAX_PACKED_BYTES);
        assertThat(Exhibits.unpack(largest.pack())).isEqualTo(largest);
    }

    /// 256 bytes, escaped.
    private static String noise(Random random) {
        byte[] bytes = new byte[256];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", ".x", "a/b", "-x", "a.gz", "a b", "é"})
    void anIdThatCouldBeAnotherFilesNameIsNone(String id) {
        assertThat(Exhibits.isResetId(id)).isFalse();
    }

    @Test
    void exhibitsThatCallThemselvesAnythingButUnattestedAreNone() {
        Bytes json =
                Bytes.utf8(
                        Json.write(Samples.exhibits())
                                .lossyText()
                                .replace("unattested", "kernel-measured"));
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> Exhibits.parse(json));
    }

    @Test
    void aFileOverTheBoundIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new FileExhibit(
                                        NodePath.of("fs/x"),
                                        "0755",
                                        0,
                                        0,
                                        1,
                                        0,
                                        0,
                                        false,
                                        false,
                                        Bytes.copyOf(new byte[Exhibits.MAX_FILE_BYTES + 1])));
    }

    /// An agent that does not know the field refuses an answer with it.
    @Test
    void anAnswerThatWantsNoneDoesNotNameTheField() throws MalformedInputException {
        EvidenceResponse answer =
                new EvidenceResponse(
                        "golden", true, "golden", "a.b.c", 1000, List.of(), false, null, 1, null);
        Bytes json = Json.write(answer);
        assertThat(json.lossyText()).doesNotContain("xhibits");
        assertThat(Json.parse(json, EvidenceResponse.class, 1 << 16).wantsExhibits()).isFalse();
    }
}

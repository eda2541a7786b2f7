package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Exhibits.FileExhibit;
import dev.assay.signing.PinnedTls;
import dev.assay.signing.PrivateFiles;
import dev.assay.signing.TrustRoot;
import dev.assay.tree.NodePath;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.store.VerifierData;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What a serving verifier keeps in its folder, fetched by the command and by a browser.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExhibitsCommandTest {
    private static final Exhibits EXHIBITS =
            new Exhibits(
                    Exhibits.BASIS,
                    "web-1",
                    new BootId("01234567-89ab-cdef-0123-456789abcdef"),
                    "r1",
                    Instant.EPOCH,
                    "agent 0",
                    1,
                    List.of(
                            new FileExhibit(
                                    NodePath.of("fs/usr/bin/.x"),
                                    "4755",
                                    0,
                                    0,
                                    4,
                                    0,
                                    0,
                                    false,
                                    false,
                                    Bytes.utf8("evil"))),
                    List.of(),
                    0,
                    List.of(),
                    0,
                    List.of(),
                    0,
                    List.of());

    private Path folder;
    private VerifierData data;
    private Serving serving;

    @BeforeAll
    void start(@TempDir Path place) throws Exception {
        folder = place;
        data = new VerifierData(folder.resolve("data"));
        Cli.run("init", "--data", data.folder()).requireDone();
        serving =
                Serving.start(
                        data,
                        Rungs.NONE,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Clock.systemUTC());
        kept("r1", EXHIBITS.pack());
    }

    @AfterAll
    void stop() {
        serving.close();
    }

    private void kept(String reset, Bytes packed) throws Exception {
        PrivateFiles.writeNew(data.exhibits().resolve(reset + ".json.gz"), packed);
    }

    private Cli.Run exhibits(Object... options) {
        return Cli.run(List.of("reset", "exhibits", "--data", data.folder()), options);
    }

    @Test
    void theyAreSavedAsTheyWereSentForTheirOwnerAlone() throws Exception {
        Path out = folder.resolve("saved.json.gz");
        exhibits("r1", "--out", out).requireDone();
        assertThat(Bytes.copyOf(Files.readAllBytes(out))).isEqualTo(EXHIBITS.pack());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileThatIsThereIsNotOverwritten() throws Exception {
        Path out = Files.writeString(folder.resolve("mine"), "mine");
        exhibits("r1", "--out", out).requireFailed(Exit.OPERATION, "exists");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        exhibits("r1", "--out", link).requireFailed(Exit.OPERATION, "exists");
        assertThat(out).hasContent("mine");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    @Test
    void theyAreListedWithoutTheirContent() throws Exception {
        Cli.Run listed = exhibits("r1", "--list").requireDone();
        assertThat(listed.out()).contains("UNATTESTED", "fs/usr/bin/.x").doesNotContain("evil");
        Cli.Run json = exhibits("r1", "--list", "--json").requireDone();
        assertThat(json.json().get("files").get(0).get("mode").asString()).isEqualTo("4755");
    }

    @Test
    void whatIsToBeDoneMustBeSaid() {
        exhibits("r1").requireFailed(Exit.USAGE, "--out");
    }

    @Test
    void aResetWithoutExhibitsIsOneLine() {
        exhibits("r2", "--list").requireFailed(Exit.OPERATION, "no exhibits");
        exhibits("../assay.db", "--list").requireFailed(Exit.OPERATION, "refused");
    }

    @Test
    void aBombIsNotUnpackedByTheList() throws Exception {
        byte[] spaces = new byte[Exhibits.MAX_UNPACKED_BYTES + 1];
        Arrays.fill(spaces, (byte) ' ');
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(spaces);
        }
        kept("bomb", Bytes.copyOf(packed.toByteArray()));
        exhibits("bomb", "--list").requireFailed(Exit.OPERATION, "Exhibits");
    }

    @Test
    void aBrowserSavesThemAndNeverShowsThem() throws Exception {
        TrustRoot root = TrustRoot.pinned(KeyFiles.trustRoot(data.trustRoot())).value();
        try (HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(PinnedTls.context(root.tls(), InstantSource.system()))
                        .sslParameters(PinnedTls.parameters())
                        .build()) {
            HttpResponse<byte[]> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    serving.address() + "/v1/resets/r1/exhibits"))
                                    .header(
                                            "Authorization",
                                            "Bearer "
                                                    + Files.readString(data.operatorToken())
                                                            .strip())
                                    .build(),
                            BodyHandlers.ofByteArray());
            assertThat(answer.headers().firstValue("Content-Disposition"))
                    .contains("attachment; filename=\"exhibits-r1.json.gz\"");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/gzip");
            assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
            assertThat(Bytes.copyOf(answer.body())).isEqualTo(EXHIBITS.pack());
        }
    }
}

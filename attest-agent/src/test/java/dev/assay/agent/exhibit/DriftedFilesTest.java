package dev.assay.agent.exhibit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Exhibits.FileExhibit;
import dev.assay.evidence.Exhibits.Omitted;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class DriftedFilesTest {
    @TempDir private Path root = Path.of("");
    private Path bin = Path.of("");

    @BeforeEach
    void makeHost() throws IOException {
        bin = Files.createDirectories(root.resolve("usr/bin"));
    }

    private static Drift drift(String path, String mode) {
        Leaf file = Leaf.of(Kind.FILE, Map.of("mode", Bytes.utf8(mode)));
        return drift(path, file);
    }

    private static Drift drift(String path, @Nullable Leaf measured) {
        Leaf golden = Leaf.ofValue(Bytes.utf8("golden"));
        return new Drift(NodePath.of("fs/" + path), golden, measured, null, false);
    }

    private DriftedFiles collect(Drifted drifted, String... patterns) {
        DriftedFiles files = new DriftedFiles(root, ExhibitPatterns.of(List.of(patterns)));
        files.collect(drifted, Deadline.in(Duration.ofSeconds(30)));
        return files;
    }

    private DriftedFiles collect(Drift... drifts) {
        return collect(new Drifted(List.of(drifts), drifts.length));
    }

    private static List<String> shown(DriftedFiles files) {
        return files.files().kept().stream().map(file -> file.path().toString()).toList();
    }

    private static void assertOmitted(DriftedFiles files, String why) {
        assertThat(files.files().kept()).isEmpty();
        assertThat(files.omitted().kept())
                .singleElement()
                .extracting(Omitted::why)
                .asString()
                .contains(why);
    }

    @Test
    void aDriftedFileIsShownAsItIs() throws IOException {
        Files.writeString(bin.resolve("x"), "evil");
        assertThat(collect(drift("usr/bin/x", "0755")).files().kept())
                .singleElement()
                .satisfies(
                        file -> {
                            assertThat(file.content()).isEqualTo(Bytes.utf8("evil"));
                            assertThat(file.size()).isEqualTo(4);
                            assertThat(file.truncated()).isFalse();
                            assertThat(file.unstable()).isFalse();
                        });
    }

    @Test
    void aLinkThatTookTheFilesPlaceIsNotFollowed() throws IOException {
        Path shadow = Files.writeString(root.resolve("shadow"), "root:$6$");
        Files.createSymbolicLink(bin.resolve("x"), shadow);
        assertOmitted(collect(drift("usr/bin/x", "0755")), "symlink");
    }

    @Test
    void aLinkThatTookAFoldersPlaceIsNotFollowed() throws IOException {
        Path secrets = Files.createDirectories(root.resolve("secrets"));
        Files.writeString(secrets.resolve("x"), "secret");
        Files.createSymbolicLink(root.resolve("usr/lib"), secrets);
        assertOmitted(collect(drift("usr/lib/x", "0755")), "link");
    }

    @Test
    void aFifoIsNotWaitedFor() throws Exception {
        make("mkfifo", bin.resolve("x").toString());
        assertOmitted(collect(drift("usr/bin/x", "0755")), "fifo");
    }

    @Test
    void aDeviceIsNotOpened() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for mknod");
        make("mknod", bin.resolve("x").toString(), "c", "1", "5");
        assertOmitted(collect(drift("usr/bin/x", "0755")), "no regular file");
    }

    private static void make(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assumeTrue(process.exitValue() == 0, String.join(" ", command));
    }

    @Test
    void aFolderThatTookTheFilesPlaceIsNotRead() throws IOException {
        Files.createDirectory(bin.resolve("x"));
        assertOmitted(collect(drift("usr/bin/x", "0755")), "directory");
    }

    @Test
    void whatIsGoneByNowIsOmitted() {
        assertOmitted(collect(drift("usr/bin/x", "0755")), "ENOENT");
        assertOmitted(collect(drift("usr/bin/x", (Leaf) null)), "gone");
    }

    @Test
    void aFileOutsideTheAllowListStaysOnTheHost() throws IOException {
        Files.writeString(Files.createDirectories(root.resolve("home/u")).resolve("x"), "private");
        assertOmitted(collect(drift("home/u/x", "0644")), "--exhibit-path");
    }

    @Test
    void theOperatorsPatternsTakeThePlaceOfTheUsualOnes() throws IOException {
        Files.writeString(bin.resolve("x"), "x");
        Files.writeString(Files.createDirectories(root.resolve("srv")).resolve("y"), "y");
        Drifted both = new Drifted(List.of(drift("usr/bin/x", "0755"), drift("srv/y", "0755")), 2);
        assertThat(shown(collect(both, "/srv/**"))).containsExactly("fs/srv/y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usr/bin/host.key",
                "usr/share/keys/x",
                "usr/lib/Secrets/x",
                "usr/lib/APP_SECRET",
                "usr/lib/shadow",
                "usr/lib/gshadow-",
                "usr/lib/tls.PEM",
                "usr/lib/id_ed25519",
                "usr/lib/credentials.json"
            })
    void whatLooksLikeASecretStaysOnTheHostWhateverThePatternsSay(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "secret");
        Drifted drifted = new Drifted(List.of(drift(path, "0644")), 1);
        assertOmitted(collect(drifted, "/**/*", "/" + path), "secret");
    }

    @Test
    void aFileOverTheBoundGivesItsFirstBytes() throws IOException {
        Files.write(bin.resolve("x"), new byte[Exhibits.MAX_FILE_BYTES + 1]);
        FileExhibit file = collect(drift("usr/bin/x", "0755")).files().kept().getFirst();
        assertThat(file.content().length()).isEqualTo(Exhibits.MAX_FILE_BYTES);
        assertThat(file.truncated()).isTrue();
    }

    @Test
    void aFileThatGrowsWithoutEndIsCutAndSaidToBeUnstableOrTruncated() throws Exception {
        Path growing = Files.writeString(bin.resolve("x"), "x");
        AtomicBoolean over = new AtomicBoolean();
        Thread writer =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        byte[] more = new byte[64 << 10];
                                        while (!over.get() && Files.size(growing) < 64L << 20) {
                                            Files.write(growing, more, StandardOpenOption.APPEND);
                                        }
                                    } catch (IOException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
        try {
            FileExhibit file = collect(drift("usr/bin/x", "0755")).files().kept().getFirst();
            assertThat(file.content().length()).isLessThanOrEqualTo(Exhibits.MAX_FILE_BYTES);
            assertThat(
                            file.truncated()
                                    || file.unstable()
                                    || file.content().length() == file.size())
                    .isTrue();
        } finally {
            over.set(true);
            writer.join();
        }
    }

    @Test
    void allFilesTogetherHaveALimit() throws IOException {
        List<Drift> drifts = new ArrayList<>();
        for (int i = 10; i < 30; i++) {
            Files.write(bin.resolve("x" + i), new byte[Exhibits.MAX_FILE_BYTES]);
            drifts.add(drift("usr/bin/x" + i, "0755"));
        }
        DriftedFiles files = collect(new Drifted(drifts, drifts.size()));
        assertThat(files.files().kept())
                .hasSize(Exhibits.MAX_ALL_FILES_BYTES / Exhibits.MAX_FILE_BYTES);
        assertThat(files.omitted().kept()).hasSize(12).allMatch(o -> o.why().contains("room"));
    }

    @Test
    void aHundredThousandDriftsDoNotHideTheSetIdProgramAmongThem() throws IOException {
        List<Drift> drifts = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            drifts.add(drift("usr/bin/padding" + i, "0644"));
        }
        Files.writeString(bin.resolve("z"), "evil");
        drifts.add(drift("usr/bin/z", "4755"));
        for (int i = 0; i < 100; i++) {
            Files.writeString(bin.resolve("padding" + i), "harmless");
        }
        DriftedFiles files = collect(new Drifted(drifts, 100_000));
        assertThat(shown(files)).hasSize(Exhibits.MAX_FILES).startsWith("fs/usr/bin/z");
        assertThat(files.omitted().kept()).hasSize(Exhibits.MAX_OMITTED);
        assertThat(files.omitted().more())
                .isEqualTo(100_000 - Exhibits.MAX_FILES - Exhibits.MAX_OMITTED);
    }

    @Test
    void whenTheTimeIsOverTheRestIsOmitted() throws IOException {
        Files.writeString(bin.resolve("x"), "x");
        DriftedFiles files = new DriftedFiles(root, ExhibitPatterns.of(List.of()));
        Drifted drifted = new Drifted(List.of(drift("usr/bin/x", "0755")), 1);
        files.collect(drifted, Deadline.in(Duration.ZERO));
        assertOmitted(files, "time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"usr/**", "/", "", "//x", "/a[", "/%zz"})
    void aPatternThatIsNoneIsRefused(String pattern) {
        assertThat(catchThrowable(() -> ExhibitPatterns.of(List.of(pattern))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

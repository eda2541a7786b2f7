package dev.assay.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.rig.GoldenImage;
import dev.assay.rig.Programs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Some thousand real files of this machine, held against their own capture.
class CheckIT {
    private static final String BIG = "opt/image.raw";
    private static final long BIG_BYTES = 60L << 20;
    private static final int NOBODY = 65534;

    @TempDir private static Path folder;
    private static HostFolder disk;
    private static Signer signer;
    private static Path golden;

    /// Two programs of the image, of different content.
    private static String one;

    private static String other;

    private Tampering tampering;

    @BeforeAll
    static void captureTheImage() throws Exception {
        disk = new HostFolder(GoldenImage.copyOf(Path.of("/"), folder).disk());
        removeWhatOthersMayNotRead();
        Files.createDirectories(disk.path("opt"));
        try (RandomAccessFile big = new RandomAccessFile(disk.path(BIG).toFile(), "rw")) {
            big.setLength(BIG_BYTES);
        }
        List<String> programs = programs();
        one = programs.getFirst();
        other = programs.getLast();
        signer = Signer.make(folder, "golden");
        golden = folder.resolve("image.golden");
        AgentRun capture = AgentRun.agent(capture("--sign", signer.privateKey().toString()));
        assertThat(capture.exit()).as(capture.err()).isZero();
        assertThat(capture.out()).startsWith("CAPTURED images #7 in ");
    }

    @AfterAll
    static void removeTheImage() throws IOException {
        disk.clear();
    }

    /// So that one unreadable file is the only one to who is not root, and no secret of this
    /// machine lies about in a copy.
    private static void removeWhatOthersMayNotRead() throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(disk.root())) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.setAttribute(path, "unix:mode", mode & 07777 | 0055);
            } else if ((mode & 04) == 0) {
                Files.delete(path);
            }
        }
    }

    private static List<String> programs() throws IOException {
        try (Stream<Path> found = Files.walk(disk.path("usr/bin"))) {
            List<Path> programs =
                    found.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                            .filter(CheckIT::isPlainProgram)
                            .sorted()
                            .toList();
            return programs.stream()
                    .map(path -> disk.root().relativize(path).toString())
                    .filter(name -> name.matches("[a-z/]+"))
                    .toList();
        }
    }

    private static boolean isPlainProgram(Path path) {
        try {
            return Files.size(path) > 4096
                    && ((int) Files.getAttribute(path, "unix:mode") & 07777) == 0755;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> capture(String... more) {
        return Stream.concat(
                        Stream.of(
                                "capture",
                                "--root",
                                disk.root().toString(),
                                "--scope",
                                "tree",
                                "--channel",
                                "images",
                                "--serial",
                                "7",
                                "--out",
                                folder.resolve("image.golden").toString()),
                        Stream.of(more))
                .toList();
    }

    @BeforeEach
    void begin() {
        tampering = new Tampering(disk);
    }

    @AfterEach
    void putBack() throws IOException {
        tampering.close();
    }

    private static AgentRun check(Path baseline, Path trust, String... more) throws Exception {
        return AgentRun.agent(checkArguments(baseline, trust, disk.root(), more));
    }

    private static List<String> checkArguments(
            Path baseline, Path trust, Path root, String... more) {
        return Stream.concat(
                        Stream.of(
                                "check",
                                "--baseline",
                                baseline.toString(),
                                "--trust",
                                trust.toString(),
                                "--root",
                                root.toString()),
                        Stream.of(more))
                .toList();
    }

    private static AgentRun check(String... more) throws Exception {
        return check(golden, signer.publicKey(), more);
    }

    @Test
    void anUntouchedTreeIsGolden() throws Exception {
        AgentRun text = check();
        assertThat(text.exit()).isZero();
        assertThat(text.out()).startsWith("GOLDEN images #7\n");
        assertThat(text.driftLines()).isEmpty();
        assertThat(text.err()).isEmpty();
        AgentRun json = check("--json");
        assertThat(json.exit()).isZero();
        assertThat(json.json().get("result").asString()).isEqualTo("golden");
        assertThat(json.json().get("remedy").asString()).isEqualTo("none");
        assertThat(json.json().get("files").asLong()).isGreaterThan(1000);
        assertThat(json.json().get("expected")).isEqualTo(json.json().get("measured"));
    }

    /// The very folder, not a copy of it.
    @Test
    void thisMachinesOwnProgramsAreGolden() throws Exception {
        Path out = folder.resolve("bin.golden");
        List<String> arguments =
                List.of(
                        "capture",
                        "--root",
                        "/usr/bin",
                        "--scope",
                        "tree",
                        "--channel",
                        "bin",
                        "--serial",
                        "1",
                        "--sign",
                        signer.privateKey().toString(),
                        "--out",
                        out.toString());
        AgentRun capture = AgentRun.agent(arguments);
        assumeTrue(!capture.err().contains("unreadable"), "not all of /usr/bin may be read");
        assertThat(capture.exit()).as(capture.err()).isZero();
        AgentRun check =
                AgentRun.agent(checkArguments(out, signer.publicKey(), Path.of("/usr/bin")));
        assertThat(check.exit()).as(check.out()).isZero();
        assertThat(check.out()).startsWith("GOLDEN bin #1\n");
    }

    @Test
    void oneChangedByteIsNamedByItsFileAndAttributeAndNothingElse() throws Exception {
        tampering.flipByte(one, 1234);
        AgentRun text = check();
        assertThat(text.exit()).isEqualTo(1);
        assertThat(text.out()).startsWith("DRIFTED from images #7 ").contains(" 1 change\n");
        assertThat(text.driftLines()).hasSize(1);
        assertThat(text.driftLines().getFirst())
                .matches("  CHANGED  /" + one + " +content [0-9a-f]{4}…→[0-9a-f]{4}….*");
        AgentRun json = check("--json");
        assertThat(json.exit()).isEqualTo(1);
        assertThat(json.drifts()).containsExactly(entry("fs/" + one, "changed content"));
        assertThat(json.json().get("changes").asLong()).isOne();
        assertThat(json.json().get("undetermined").asLong()).isZero();
    }

    @Test
    void anOverwrittenFileUnderItsOldTimeAndSizeIsFound() throws Exception {
        tampering.flipByteUnderTheOldTime(one, 77);
        assertThat(check("--json").drifts()).containsExactly(entry("fs/" + one, "changed content"));
    }

    @Test
    void oneByteOfALargeFileIsFound() throws Exception {
        tampering.flipByte(BIG, 55L << 20);
        assertThat(check("--json").drifts()).containsExactly(entry("fs/" + BIG, "changed content"));
    }

    @Test
    void aChangedModeIsNamedAndNothingElse() throws Exception {
        tampering.mode(one, 0777);
        AgentRun text = check();
        assertThat(text.exit()).isEqualTo(1);
        assertThat(text.driftLines())
                .singleElement()
                .asString()
                .matches("  CHANGED  /" + one + " +mode 0?755 → 0?777");
        assertThat(check("--json").drifts()).containsExactly(entry("fs/" + one, "changed mode"));
    }

    @Test
    void anAddedSetUidProgramSaysWhatItIs() throws Exception {
        byte[] program = new byte[18_000];
        System.arraycopy(HostFolder.ELF, 0, program, 0, HostFolder.ELF.length);
        tampering.add("usr/bin/.x", program, 04755);
        AgentRun text = check();
        assertThat(text.exit()).isEqualTo(1);
        assertThat(text.driftLines())
                .singleElement()
                .asString()
                .matches("  ADDED    /usr/bin/\\.x +set-uid (root|[0-9]+), ELF, 18 KB");
        assertThat(check("--json").drifts()).containsExactly(entry("fs/usr/bin/.x", "added"));
    }

    @Test
    void aRemovedFileIsNamed() throws Exception {
        tampering.remove(other);
        AgentRun text = check();
        assertThat(text.exit()).isEqualTo(1);
        assertThat(text.driftLines())
                .singleElement()
                .asString()
                .matches("  REMOVED  /" + other + " +was .*");
        assertThat(check("--json").drifts()).containsExactly(entry("fs/" + other, "removed"));
    }

    /// Each content is golden somewhere: a set of good digests would let both pass.
    @Test
    void twoGoodFilesUnderEachOthersNamesAreBothNamed() throws Exception {
        tampering.swap(one, other);
        AgentRun json = check("--json");
        assertThat(json.exit()).isEqualTo(1);
        assertThat(json.drifts().keySet()).containsExactly("fs/" + one, "fs/" + other);
        assertThat(json.drifts().values())
                .allMatch(change -> change.matches("changed content(,size)?"));
    }

    @Test
    void anUnreadableFileCouldNotBeDetermined() throws Exception {
        tampering.mode(one, 0);
        AgentRun text = checkWithoutPrivileges();
        assertThat(text.exit()).as(text.err()).isEqualTo(2);
        assertThat(text.out())
                .startsWith("UNDETERMINED from images #7 ")
                .contains("Could not determine whether it is golden");
        assertThat(text.driftLines())
                .singleElement()
                .asString()
                .matches("  UNREADABLE  /" + one + " +EACCES.*");
        AgentRun json = checkWithoutPrivileges("--json");
        assertThat(json.exit()).isEqualTo(2);
        assertThat(json.json().get("result").asString()).isEqualTo("undetermined");
        assertThat(json.drifts()).containsExactly(entry("fs/" + one, "unreadable"));
    }

    /// Nobody saw that what lies below it was removed.
    @Test
    void anUnreadableFolderStandsForAllThatIsBelowIt() throws Exception {
        String parent = one.substring(0, one.lastIndexOf('/'));
        tampering.mode(parent, 0);
        AgentRun json = checkWithoutPrivileges("--json");
        assertThat(json.exit()).as(json.err()).isEqualTo(2);
        assertThat(json.drifts()).containsExactly(entry("fs/" + parent, "unreadable"));
    }

    /// What could not be read must not hide what was.
    @Test
    void anUnreadableFileBesideAChangedOneIsDriftAndBothAreNamed() throws Exception {
        tampering.mode(one, 0);
        tampering.flipByte(other, 99);
        AgentRun text = checkWithoutPrivileges();
        assertThat(text.exit()).as(text.err()).isEqualTo(1);
        assertThat(text.out())
                .startsWith("DRIFTED from images #7 ")
                .contains(" 1 change, 1 undetermined\n");
        AgentRun json = checkWithoutPrivileges("--json");
        assertThat(json.exit()).isEqualTo(1);
        assertThat(json.drifts())
                .containsExactly(
                        entry("fs/" + one, "unreadable"), entry("fs/" + other, "changed content"));
    }

    /// As nobody where the tests run as root, to whom nothing is unreadable.
    private AgentRun checkWithoutPrivileges(String... more) throws Exception {
        Path jar = Programs.agentJar();
        if (!"root".equals(System.getProperty("user.name"))) {
            return check(more);
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path readableJar = folder.resolve("agent.jar");
        if (!Files.exists(readableJar)) {
            Files.copy(jar, readableJar);
        }
        return AgentRun.run(
                List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"),
                readableJar,
                checkArguments(golden, signer.publicKey(), disk.root(), more));
    }

    @Test
    void aBaselineOfAnotherKeyIsRefused() throws Exception {
        Signer stranger = Signer.make(Files.createTempDirectory(folder, "stranger"), "k");
        assertRefused(check(golden, stranger.publicKey()), "sign");
    }

    @Test
    void anUnsignedBaselineIsRefused() throws Exception {
        Path unsigned = folder.resolve("unsigned.golden");
        AgentRun capture = AgentRun.agent(withOut(unsigned));
        assertThat(capture.exit()).as(capture.err()).isZero();
        assertThat(capture.out()).contains("unsigned");
        assertRefused(check(unsigned, signer.publicKey()), "sign");
    }

    private static List<String> withOut(Path out, String... more) {
        List<String> arguments = new ArrayList<>(capture(more));
        arguments.set(arguments.indexOf("--out") + 1, out.toString());
        return arguments;
    }

    /// Neither 0, 1 nor 2: nothing was said about the host.
    private static void assertRefused(AgentRun run, String why) {
        assertThat(run.exit()).isGreaterThanOrEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(why);
    }

    @Test
    void oneChangedByteOfTheBaselineIsRefused() throws Exception {
        for (int part = 1; part < 10; part++) {
            Path broken = folder.resolve("broken.golden");
            byte[] bytes = Files.readAllBytes(golden);
            bytes[(int) ((long) bytes.length * part / 10)] ^= 1;
            Files.write(broken, bytes);
            tampering.flipByte(one, part);
            AgentRun run = check(broken, signer.publicKey());
            assertThat(run.exit()).as("at " + part + " tenths: " + run.out()).isNotZero();
            assertThat(run.out()).doesNotContain("GOLDEN");
        }
    }

    @Test
    void aBaselineOutOfItsWindowSaysNothingOfTheHost() throws Exception {
        Path expired = folder.resolve("expired.golden");
        AgentRun capture =
                AgentRun.agent(
                        withOut(
                                expired,
                                "--sign",
                                signer.privateKey().toString(),
                                "--not-before",
                                "2020-01-01T00:00:00Z",
                                "--not-after",
                                "2020-02-01T00:00:00Z"));
        assertThat(capture.exit()).as(capture.err()).isZero();
        AgentRun run = check(expired, signer.publicKey());
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("OUTDATED images #7 expired 2020-02-01");
    }

    @Test
    void wrongUsageIs64() throws Exception {
        String file = golden.toString();
        String key = signer.publicKey().toString();
        assertUsage("check");
        assertUsage("check", "--baseline", file);
        assertUsage("check", "--baseline", file, "--trust", key, "--no-such-option");
        assertUsage("capture", "--scope", "tree", "--channel", "NOT A NAME", "--serial", "1");
        assertUsage("no-such-command");
        AgentRun absent = check(folder.resolve("absent.golden"), signer.publicKey());
        assertRefused(absent, "does not exist");
    }

    private static void assertUsage(String... arguments) throws Exception {
        AgentRun run = AgentRun.agent(List.of(arguments));
        assertThat(run.exit()).as(String.join(" ", arguments)).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("--help");
    }

    @Test
    void aBaselineThatTheVerifiersProgramSignedIsGolden() throws Exception {
        assumeTrue(Files.exists(Programs.verifierJar()), "no verifier was built");
        Path keys = Files.createTempDirectory(folder, "keys");
        Path unsigned = folder.resolve("captured.golden");
        Path signed = folder.resolve("signed.golden");
        assertThat(AgentRun.agent(withOut(unsigned)).exit()).isZero();
        AgentRun keygen =
                AgentRun.verifier(
                        List.of(
                                "keygen",
                                "--out",
                                keys.toString(),
                                "--name",
                                "release",
                                "--type",
                                "ecdsa-p256"));
        assertThat(keygen.exit()).as(keygen.err()).isZero();
        AgentRun sign =
                AgentRun.verifier(
                        List.of(
                                "baseline",
                                "sign",
                                "--key",
                                keys.resolve("release.key").toString(),
                                "--in",
                                unsigned.toString(),
                                "--out",
                                signed.toString()));
        assertThat(sign.exit()).as(sign.err()).isZero();
        AgentRun run = check(signed, keys.resolve("release.pub.pem"), "--json");
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode document = run.json();
        assertThat(document.get("result").asString()).isEqualTo("golden");
    }
}

package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.GoldenFile;
import dev.assay.signing.Envelope;
import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.VerificationKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands that need no verifier.
final class OfflineCommandTest {
    @TempDir private Path folder;

    private Path keygen(String name, String type) {
        Cli.run("keygen", "--out", folder, "--name", name, "--type", type).requireDone();
        return folder.resolve(name + ".key");
    }

    @Test
    void aNewKeyIsForItsOwnerAlone() throws Exception {
        Path key = keygen("build", "ecdsa-p256");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        VerificationKey publicKey =
                VerificationKey.parsePem(Files.readString(folder.resolve("build.pub.pem")));
        assertThat(KeyFiles.signingKey(key).verificationKey()).isEqualTo(publicKey);
    }

    @Test
    void aKeyIsNeverOverwritten() {
        keygen("build", "ed25519");
        Cli.run("keygen", "--out", folder, "--name", "build")
                .requireFailed(Exit.OPERATION, "exists");
    }

    @Test
    void aKeysNameIsNoPath() {
        Cli.run("keygen", "--out", folder, "--name", "../build")
                .requireFailed(Exit.USAGE, "--name");
    }

    @Test
    void anUnknownTypeOfKeyIsAMatterOfUsage() {
        Cli.run("keygen", "--out", folder, "--name", "build", "--type", "rsa")
                .requireFailed(Exit.USAGE, "--type");
    }

    @Test
    void aCommandThatCannotBeMeantEndsWith64() {
        Cli.run("keygen").requireFailed(Exit.USAGE, "--out", "--help");
        Cli.run("baseline").requireFailed(Exit.USAGE, "subcommand");
        Cli.run("nonsense").requireFailed(Exit.USAGE, "nonsense");
    }

    @Test
    void helpIsThereForEveryWord() {
        assertThat(Cli.run("--help").requireDone().out()).contains("serve", "baseline");
        assertThat(Cli.run("reset", "hold", "--help").requireDone().out()).contains("--reason");
        assertThat(Cli.run("--version").requireDone().out()).contains("attest-verifier");
    }

    @Test
    void aGoldenFileIsSignedByOneKeyAfterAnother() throws Exception {
        Path golden =
                GoldenFiles.write(
                        folder.resolve("web.golden"),
                        "web",
                        7,
                        GoldenFiles.tree(Map.of("usr/bin/ls", "ls")));
        Path first = keygen("first", "ed25519");
        Path second = keygen("second", "ecdsa-p256");
        Path out = folder.resolve("signed.golden");
        Cli.run("baseline", "sign", "--key", first, "--in", golden, "--out", out).requireDone();
        Cli.Run run = Cli.run("baseline", "sign", "--key", second, "--in", out, "--out", out);
        assertThat(run.requireDone().out()).contains("web #7", "2 signature(s)");
        GoldenFile.open(out)
                .envelope()
                .verify(
                        Baseline.PAYLOAD_TYPE,
                        Set.of(
                                KeyFiles.publicKey(folder.resolve("first.pub.pem")),
                                KeyFiles.publicKey(folder.resolve("second.pub.pem"))),
                        2);
    }

    @Test
    void aManifestThatIsNotTheDocumentsIsNotSigned() throws Exception {
        Path golden =
                GoldenFiles.write(
                        folder.resolve("web.golden"),
                        "web",
                        1,
                        GoldenFiles.tree(Map.of("usr/bin/ls", "ls")));
        byte[] bytes = Files.readAllBytes(golden);
        bytes[bytes.length - 9] ^= 1;
        Files.write(golden, bytes);
        Cli.run(
                        "baseline",
                        "sign",
                        "--key",
                        keygen("k", "ed25519"),
                        "--in",
                        golden,
                        "--out",
                        golden)
                .requireFailed(Exit.OPERATION, "manifest");
    }

    @Test
    void aGoldenFileIsShown() throws Exception {
        Path golden =
                GoldenFiles.write(
                        folder.resolve("web.golden"),
                        "web",
                        7,
                        GoldenFiles.tree(Map.of("usr/bin/ls", "ls")));
        assertThat(Cli.run("baseline", "show", golden).requireDone().out())
                .contains("web #7", "nobody");
        assertThat(Cli.run("baseline", "show", golden, "--json").json().get("serial").asLong())
                .isEqualTo(7);
        Cli.run("baseline", "show").requireFailed(Exit.USAGE, "--digest");
    }

    @Test
    void whatIsNoGoldenFileIsSaidToBeNone() throws Exception {
        Path file = Files.writeString(folder.resolve("x.golden"), "{\"payload\":\"\"}\n");
        Cli.run("baseline", "show", file).requireFailed(Exit.OPERATION, "Envelope");
        Cli.run("baseline", "show", folder.resolve("absent.golden"))
                .requireFailed(Exit.OPERATION, "no file");
    }

    @Test
    void theDifferenceOfTwoGoldenFilesIsListedAndEndsWith1() throws Exception {
        Path older =
                GoldenFiles.write(
                        folder.resolve("a.golden"),
                        "web",
                        1,
                        GoldenFiles.tree(Map.of("usr/bin/ls", "ls", "usr/bin/old", "old")));
        Path newer =
                GoldenFiles.write(
                        folder.resolve("b.golden"),
                        "web",
                        2,
                        GoldenFiles.tree(Map.of("usr/bin/ls", "ls2", "usr/bin/new", "new")));
        Cli.Run run = Cli.run("baseline", "diff", older, newer);
        assertThat(run.exit()).isEqualTo(Exit.DRIFT);
        assertThat(run.out())
                .contains("3 changes")
                .containsPattern("CHANGED +/usr/bin/ls +content")
                .containsPattern("ADDED +/usr/bin/new")
                .containsPattern("REMOVED +/usr/bin/old");
        assertThat(Cli.run("baseline", "diff", older, older).exit()).isEqualTo(Exit.CLEAN);
        assertThat(
                        Cli.run("baseline", "diff", older, newer, "--json", "--limit", 1)
                                .json()
                                .get("total")
                                .asLong())
                .isEqualTo(3);
    }

    @Test
    void theNextTrustRootIsMadeSignedAndFollowed() throws Exception {
        Path data = folder.resolve("data");
        Cli.run("init", "--data", data).requireDone();
        Path present = data.resolve("trust-root.json");
        Path next = folder.resolve("next.json");
        keygen("newroot", "ed25519");
        keygen("newbaseline", "ed25519");
        Cli.run(
                        "trust-root",
                        "next",
                        "--in",
                        present,
                        "--out",
                        next,
                        "--add",
                        "root=" + folder.resolve("newroot.pub.pem"),
                        "--add",
                        "baseline=" + folder.resolve("newbaseline.pub.pem"),
                        "--threshold",
                        "root=2")
                .requireDone();
        assertThat(Cli.run("trust-root", "show", next).requireDone().out())
                .contains("version 2", "not signed");
        Path oldRoot = data.resolve("keys/root.key");
        Cli.run("trust-root", "sign", "--key", oldRoot, "--in", next, "--out", next).requireDone();
        Cli.run(
                        "trust-root",
                        "sign",
                        "--key",
                        folder.resolve("newroot.key"),
                        "--in",
                        next,
                        "--out",
                        next)
                .requireDone();
        TrustRoot first = TrustRoot.pinned(KeyFiles.trustRoot(present)).value();
        Envelope signed = KeyFiles.trustRoot(next);
        TrustRoot second = first.advance(signed).value();
        assertThat(second.keysOf(TrustRole.BASELINE)).hasSize(2);
        assertThat(second.roles())
                .hasEntrySatisfying(
                        TrustRole.ROOT, keys -> assertThat(keys.threshold()).isEqualTo(2));
    }

    @Test
    void aKeyThatIsNotThereCannotBeTakenAway() {
        Path data = folder.resolve("data");
        Cli.run("init", "--data", data).requireDone();
        Cli.run(
                        "trust-root",
                        "next",
                        "--in",
                        data.resolve("trust-root.json"),
                        "--out",
                        folder.resolve("next.json"),
                        "--remove",
                        "baseline=ffff")
                .requireFailed(Exit.USAGE, "no key");
    }

    @Test
    void onlineCommandsSayWhatTheyNeed() {
        Cli.run("host", "list").requireFailed(Exit.USAGE, "--data");
        Cli.run("host", "list", "--data", folder)
                .requireFailed(Exit.OPERATION, "no verifier serves");
    }
}

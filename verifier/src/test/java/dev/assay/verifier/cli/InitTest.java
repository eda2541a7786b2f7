package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import dev.assay.verifier.store.VerifierData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InitTest {
    @TempDir private Path folder;
    private VerifierData data;

    @BeforeEach
    void place() {
        data = new VerifierData(folder.resolve("verifier"));
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aNewVerifierHasAllThatItNeedsForItsOwnerAlone() throws Exception {
        Cli.Run run = Cli.run("init", "--data", data.folder()).requireDone();
        assertThat(mode(data.folder())).isEqualTo("rwx------");
        for (Path secret :
                new Path[] {
                    data.orderKey(),
                    data.resultKey(),
                    data.rootKey(),
                    data.baselineKey(),
                    data.tlsKey(),
                    data.operatorToken()
                }) {
            assertThat(mode(secret)).as(secret.toString()).isEqualTo("rw-------");
        }
        TrustRoot root = TrustRoot.pinned(KeyFiles.trustRoot(data.trustRoot())).value();
        assertThat(root.version()).isEqualTo(1);
        assertThat(root.expires()).isAfter(Instant.now().plus(Duration.ofDays(300)));
        assertThat(root.tls()).hasSize(1);
        assertThat(run.out())
                .contains("Move offline", data.rootKey().toString(), data.baselineKey().toString());
        assertThat(run.out()).doesNotContain(Files.readString(data.operatorToken()).strip());
    }

    @Test
    void givenKeysAreUsedAndNoneIsMade() throws Exception {
        Cli.run("keygen", "--out", folder, "--name", "root").requireDone();
        Cli.run("keygen", "--out", folder, "--name", "build").requireDone();
        Cli.Run run =
                Cli.run(
                                "init",
                                "--data",
                                data.folder(),
                                "--root-key",
                                folder.resolve("root.key"),
                                "--baseline-key",
                                folder.resolve("build.pub.pem"))
                        .requireDone();
        assertThat(data.rootKey()).doesNotExist();
        assertThat(data.baselineKey()).doesNotExist();
        TrustRoot root = TrustRoot.pinned(KeyFiles.trustRoot(data.trustRoot())).value();
        assertThat(root.keysOf(TrustRole.BASELINE))
                .containsExactly(KeyFiles.publicKey(folder.resolve("build.pub.pem")));
        assertThat(run.out()).doesNotContain("Move offline");
    }

    @Test
    void aFolderThatIsAVerifierIsLeftAlone() throws Exception {
        Cli.run("init", "--data", data.folder()).requireDone();
        byte[] before = Files.readAllBytes(data.trustRoot());
        Cli.run("init", "--data", data.folder()).requireFailed(Exit.OPERATION, "already");
        assertThat(Files.readAllBytes(data.trustRoot())).isEqualTo(before);
    }

    @Test
    void aFolderWithSomethingInItIsLeftAlone() throws Exception {
        Files.createDirectories(data.folder());
        Files.writeString(data.folder().resolve("mine"), "x");
        Cli.run("init", "--data", data.folder()).requireFailed(Exit.OPERATION, "not empty");
        assertThat(data.trustRoot()).doesNotExist();
    }

    @Test
    void anEmptyFolderIsTaken() throws Exception {
        Files.createDirectories(data.folder());
        Cli.run("init", "--data", data.folder()).requireDone();
        assertThat(data.trustRoot()).exists();
    }

    @Test
    void aFailureLeavesNothingHalfDone() throws Exception {
        Path bad = Files.writeString(folder.resolve("bad.pub.pem"), "no key");
        Cli.run("init", "--data", data.folder(), "--baseline-key", bad)
                .requireFailed(Exit.OPERATION, "PEM");
        Path parent = Files.writeString(folder.resolve("file"), "x");
        assertThat(Cli.run("init", "--data", parent.resolve("verifier")).exit())
                .isEqualTo(Exit.OPERATION);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(bad, parent);
        }
    }

    @Test
    void serveOfNoVerifierSaysWhatToDo() {
        Cli.run("serve", "--data", data.folder()).requireFailed(Exit.OPERATION, "init --data");
    }
}

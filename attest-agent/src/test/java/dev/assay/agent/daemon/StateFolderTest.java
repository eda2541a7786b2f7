package dev.assay.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.assay.signing.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFolderTest {
    @TempDir Path folder;

    private static Path onTmpfs() throws IOException {
        Path shm = Path.of("/dev/shm");
        assumeThat(Files.isWritable(shm)).isTrue();
        assumeThat(Files.getFileStore(shm).type()).isEqualTo("tmpfs");
        return shm.resolve("assay-test-" + UUID.randomUUID());
    }

    @Test
    void aFolderThatARebootEmptiesIsRefused() throws IOException {
        Path state = onTmpfs();
        assertThatThrownBy(() -> StateFolder.open(state.resolve("below"), false))
                .isInstanceOfSatisfying(StartException.class, e -> assertThat(e.isUsage()).isTrue())
                .hasMessageContaining("tmpfs")
                .hasMessageContaining("--ephemeral-identity");
        assertThat(state).doesNotExist();
    }

    @Test
    void anEphemeralIdentityMayLiveThere() throws Exception {
        Path state = onTmpfs();
        try {
            StateFolder.open(state, true).close();
            assertThat(state.resolve("baselines")).isDirectory();
        } finally {
            for (String name : new String[] {"baselines", "manifests", "lock", ""}) {
                Files.deleteIfExists(state.resolve(name));
            }
        }
    }

    @Test
    void aFolderThatOthersCanUseIsRefused() throws IOException {
        Path state = Files.createDirectory(folder.resolve("state"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxr-x---"));
        assertThatThrownBy(() -> StateFolder.open(state, false))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("chmod 700");
    }

    @Test
    void aFolderThatWasClosedCanBeOpenedAgain() throws Exception {
        Path state = folder.resolve("state");
        StateFolder.open(state, false).close();
        StateFolder.open(state, false).close();
    }

    @Test
    void aTornHostKeyIsNotReplaced() throws IOException {
        for (String torn : new String[] {"", "-----BEGIN PRIVATE KEY-----\nMIG"}) {
            Path key = folder.resolve("host.key");
            Files.deleteIfExists(key);
            Files.writeString(key, torn);
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            assertThatThrownBy(() -> HostKey.readOrMake(key))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("damaged");
            assertThat(key).hasContent(torn);
        }
    }

    @Test
    void aCrashWhileTheHostKeyWasMadeIsPassedOver() throws Exception {
        Path key = folder.resolve("host.key");
        Files.writeString(folder.resolve("host.key.next"), "-----BEGIN PRIV");
        SigningKey made = HostKey.readOrMake(key);
        assertThat(HostKey.readOrMake(key).verificationKey()).isEqualTo(made.verificationKey());
        assertThat(folder.resolve("host.key.next")).doesNotExist();
    }

    @Test
    void aHostKeyThatOthersCanReadIsRefused() throws Exception {
        Path key = folder.resolve("host.key");
        HostKey.readOrMake(key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> HostKey.readOrMake(key)).isInstanceOf(IOException.class);
    }

    @Test
    void aFolderThatSomebodyElseMadeIsRefused() throws IOException {
        Path state = Files.createDirectory(folder.resolve("state"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        try {
            Files.setAttribute(state, "unix:uid", 12345);
        } catch (IOException e) {
            assumeThat(e).as("giving files away needs root").isNull();
        }
        assertThatThrownBy(() -> StateFolder.open(state, true))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("owned by user 12345");
        assertThat(state).isEmptyDirectory();
    }
}

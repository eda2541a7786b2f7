package dev.assay.agent.collect.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountTableTest {
    private static final String ROOT = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n";

    @TempDir Path folder;
    private CapturedKernel kernel;

    @BeforeEach
    void capture() {
        kernel = new CapturedKernel(folder);
    }

    @Test
    void theRootIsTheNodeMountItself() {
        mounts(ROOT);
        assertThat(kernel.attribute("mount", MountTable.FSTYPE)).contains("ext4");
        assertThat(kernel.attribute("mount", MountTable.OPTIONS)).contains("relatime,rw");
        assertThat(kernel.observe().bases()).containsEntry("mount", "proc/1/mountinfo");
    }

    @Test
    void aRemountLosesItsOption() {
        mounts(ROOT + "28 27 0:9 / /tmp rw,nosuid,noexec shared:7 - tmpfs tmpfs rw,size=1k\n");
        assertThat(kernel.attribute("mount/tmp", MountTable.OPTIONS)).contains("noexec,nosuid,rw");
        mounts(ROOT + "28 27 0:9 / /tmp rw,nosuid shared:7 - tmpfs tmpfs rw,size=1k\n");
        assertThat(kernel.attribute("mount/tmp", MountTable.OPTIONS)).contains("nosuid,rw");
    }

    @Test
    void aReadOnlyFileSystemShowsBehindAWritableMount() {
        mounts("27 1 254:0 / / rw,relatime - erofs /dev/vda ro\n");
        assertThat(kernel.attribute("mount", MountTable.OPTIONS)).contains("relatime,rw,sb-ro");
    }

    @Test
    void aBindMountShowsItsFolder() {
        mounts(ROOT + "28 27 254:0 /tmp/evil /usr/bin rw - ext4 /dev/vda rw\n");
        assertThat(kernel.attribute("mount/usr/bin", MountTable.FS_ROOT)).contains("/tmp/evil");
    }

    @Test
    void theTopmostOfStackedMountsStandsWhereverItIsListed() {
        mounts(
                ROOT
                        + "30 28 0:9 / /usr rw - tmpfs tmpfs rw\n"
                        + "28 27 254:1 / /usr ro - erofs /dev/vdb ro\n");
        assertThat(kernel.attribute("mount/usr", MountTable.FSTYPE)).contains("tmpfs");
        assertThat(kernel.attribute("mount/usr", MountTable.STACKED)).contains("2");
    }

    @Test
    void escapedBlanksAndBackslashesAreDecoded() {
        mounts(ROOT + "28 27 0:9 / /mnt/a\\040b\\134 rw - tmpfs tmpfs rw\n");
        assertThat(kernel.leaf("mount/mnt/a b\\")).isPresent();
    }

    @Test
    void aDeletedFolderIsMarked() {
        mounts(ROOT + "28 27 254:0 /srv/x//deleted /mnt rw - ext4 /dev/vda rw\n");
        assertThat(kernel.attribute("mount/mnt", MountTable.FS_ROOT)).contains("/srv/x");
        assertThat(kernel.attribute("mount/mnt", MountTable.ROOT_DELETED)).contains("1");
    }

    @Test
    void inodeNumbersOfNamespacesAreNotMeasured() {
        mounts(ROOT + "28 27 0:4 net:[4026532281] /run/netns/a rw shared:3 - nsfs nsfs rw\n");
        assertThat(kernel.attribute("mount/run/netns/a", MountTable.FS_ROOT)).contains("net:[]");
    }

    @Test
    void sourceAndSuperBlockOptionsAreNotMeasured() {
        mounts(ROOT);
        Leaf before = kernel.leaf("mount").orElseThrow();
        mounts("99 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,stripe=32\n");
        assertThat(kernel.leaf("mount")).contains(before);
    }

    /// A line that is skipped silently would be a way to hide a mount.
    @Test
    void aLineThatIsNotUnderstoodMakesTheTableUnreadable() {
        mounts(ROOT + "28 27 0:9 / /mnt rw\n");
        assertThat(kernel.leaf("mount").map(Leaf::kind)).contains(Kind.UNREADABLE);
    }

    @Test
    void theOwnTableStandsInWhereThatOfPidOneIsHiddenAndTheBasisSaysSo() throws Exception {
        Files.delete(folder.resolve("proc/1/mountinfo"));
        kernel.file("proc/self/mountinfo", ROOT);
        assertThat(kernel.leaf("mount")).isPresent();
        assertThat(kernel.observe().bases()).containsEntry("mount", "proc/self/mountinfo");
    }

    private void mounts(String table) {
        kernel.file("proc/1/mountinfo", table);
    }
}

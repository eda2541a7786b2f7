package dev.assay.agent.collect.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.collect.kernel.KernelObservation.BootIdSource;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.NodePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCollectorTest {
    @TempDir Path folder;
    private CapturedKernel kernel;

    @BeforeEach
    void capture() {
        kernel = new CapturedKernel(folder);
    }

    @Test
    void aCapturedFolderIsNotLiveAndItsBootIdIsItsOwnWord() {
        KernelObservation observed = kernel.observe();
        assertThat(observed.live()).isFalse();
        assertThat(observed.bootId()).contains(CapturedKernel.BOOT_ID);
        assertThat(observed.bootIdSource()).isEqualTo(BootIdSource.CAPTURED);
    }

    @Test
    void aBootIdThatIsNoneIsNotTaken() {
        kernel.file("proc/sys/kernel/random/boot_id", "0\n");
        assertThat(kernel.observe().bootId()).isEmpty();
        assertThat(kernel.observe().bootIdSource()).isEqualTo(BootIdSource.NONE);
    }

    @Test
    void anEmptyFolderHasNothing() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(KernelCollector.of(empty, empty).collect().entries()).isEmpty();
    }

    @Test
    void sysctlsAreNamedAsSysctlPrintsThem() {
        kernel.file("proc/sys/kernel/kptr_restrict", "2\n")
                .file("proc/sys/net/ipv4/conf/eth0.100/rp_filter", "1\n");
        assertThat(kernel.value("kernel/sysctl/kernel.kptr_restrict")).contains("2");
        NodePath vlan = Sysctls.BELOW.child(Bytes.utf8("net.ipv4.conf.eth0%2F100.rp_filter"));
        assertThat(kernel.leaves()).containsKey(vlan);
    }

    /// `/sbin/a b` and `/sbin/a b` are two programs.
    @Test
    void aValueKeepsItsBlanksAndLosesOneLineFeed() {
        kernel.file("proc/sys/kernel/modprobe", "/sbin/a  b\t\n\n");
        assertThat(kernel.value("kernel/sysctl/kernel.modprobe")).contains("/sbin/a  b\t\n");
    }

    @Test
    void aValueThatIsTooLongIsUnreadableAndNotCut() {
        kernel.file("proc/sys/kernel/long", "x".repeat(Sysctls.MAX_VALUE_BYTES + 1));
        assertThat(kernel.leaf("kernel/sysctl/kernel.long"))
                .contains(Leaf.ofReason(Kind.UNREADABLE, "EFBIG"));
        kernel.file("proc/sys/kernel/long", "x".repeat(Sysctls.MAX_VALUE_BYTES));
        assertThat(kernel.leaf("kernel/sysctl/kernel.long").map(Leaf::kind)).contains(Kind.VALUE);
    }

    @Test
    void aLinkIsNotFollowedOutOfTheFolder() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "x");
        Files.createSymbolicLink(folder.resolve("proc/sys/kernel/modprobe"), secret);
        assertThat(kernel.leaf("kernel/sysctl/kernel.modprobe").map(Leaf::kind))
                .contains(Kind.UNREADABLE);
    }

    @Test
    void aWriteOnlySysctlIsNoNodeAndASecretOneIsUnreadable() throws IOException {
        kernel.file("proc/sys/vm/drop_caches", "").file("proc/sys/net/secret", "");
        permissions("proc/sys/vm/drop_caches", "-w-------");
        assertThat(kernel.leaf("kernel/sysctl/vm.drop_caches")).isEmpty();
        permissions("proc/sys/net/secret", "---r-----");
        Assumptions.assumeFalse(Files.isReadable(folder.resolve("proc/sys/net/secret")), "root");
        assertThat(kernel.leaf("kernel/sysctl/net.secret"))
                .contains(Leaf.ofReason(Kind.UNREADABLE, "EACCES"));
    }

    @Test
    void modulesHaveTheirTaint() {
        kernel.file("proc/modules", "ext4 1 0 - Live 0x0\nevil 1 0 - Live 0x0 (OE)\n");
        assertThat(kernel.value("kernel/module/ext4")).contains("");
        assertThat(kernel.value("kernel/module/evil")).contains("OE");
    }

    @Test
    void aModuleThatHidesFromOneOfTheListsIsMarked() {
        kernel.file("proc/modules", "ext4 1 0 - Live 0x0\nhalf 1 0 - Live 0x0\n")
                .file("sys/module/ext4/initstate", "live\n")
                .file("sys/module/ext4/taint", "\n")
                .file("sys/module/rootkit/initstate", "live\n")
                .file("sys/module/rootkit/taint", "OE\n")
                .file("sys/module/builtin/parameters/x", "1\n");
        assertThat(kernel.leaf("kernel/module/ext4")).contains(Leaf.ofValue(Bytes.EMPTY));
        assertThat(kernel.attribute("kernel/module/rootkit", Modules.ONLY_IN)).contains("sys");
        assertThat(kernel.attribute("kernel/module/half", Modules.ONLY_IN)).contains("proc");
        assertThat(kernel.leaf("kernel/module/builtin")).isEmpty();
    }

    @Test
    void taintIsANodeForEachFlag() {
        kernel.file("proc/sys/kernel/tainted", "12800\n");
        assertThat(kernel.leaves())
                .containsKeys(
                        NodePath.of("kernel/taint/W"),
                        NodePath.of("kernel/taint/O"),
                        NodePath.of("kernel/taint/E"));
        kernel.file("proc/sys/kernel/tainted", "x\n");
        assertThat(kernel.leaf("kernel/taint").map(Leaf::kind)).contains(Kind.UNREADABLE);
    }

    @Test
    void configurationIsTheKernelsOwnOrElseThatOfBoot() throws IOException {
        kernel.file("proc/sys/kernel/osrelease", "6.1.0-1-amd64\n")
                .file("boot/config-6.1.0-1-amd64", "# CONFIG_B is not set\nCONFIG_A=m\n");
        assertThat(kernel.value("kernel/config/CONFIG_A")).contains("m");
        assertThat(kernel.leaf("kernel/config/CONFIG_B")).isEmpty();
        kernel.file("proc/config.gz", gzip("CONFIG_A=y\nCONFIG_S=\"x=y\"\n"));
        assertThat(kernel.value("kernel/config/CONFIG_A")).contains("y");
        assertThat(kernel.value("kernel/config/CONFIG_S")).contains("\"x=y\"");
        assertThat(kernel.observe().bases()).containsEntry("kernel/config", "proc/config.gz");
    }

    @Test
    void aReleaseCannotLeadOutOfBoot() {
        kernel.file("proc/sys/kernel/osrelease", "x/../../secret\n")
                .file("boot/config-x/a", "")
                .file("secret", "CONFIG_A=y\n");
        assertThat(kernel.leaf("kernel/config/CONFIG_A")).isEmpty();
    }

    @Test
    void aConfigurationThatInflatesWithoutEndIsUnreadable() throws IOException {
        kernel.file("proc/config.gz", gzip("CONFIG_A=y\n".repeat(2_000_000)));
        assertThat(kernel.leaf("kernel/config")).contains(Leaf.ofReason(Kind.UNREADABLE, "EFBIG"));
    }

    @Test
    void lockdownIsTheChosenState() {
        kernel.file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n")
                .file("sys/kernel/security/lsm", "lockdown,yama\n")
                .file("sys/devices/system/cpu/vulnerabilities/mds", "Not affected\n");
        assertThat(kernel.value("kernel/lockdown")).contains("integrity");
        assertThat(kernel.value("kernel/lsm")).contains("lockdown,yama");
        assertThat(kernel.value("kernel/vulnerability/mds")).contains("Not affected");
    }

    @Test
    void verityDevicesHaveTheDigestThatTheCommandLineAskedForAndTheMountNamesThem() {
        String digest = "ab".repeat(32);
        kernel.file("proc/cmdline", "usrhash=" + digest + "\n")
                .file("sys/block/dm-0/dm/uuid", "CRYPT-VERITY-00ff-usr\n")
                .file("sys/block/dm-0/dm/name", "usr\n")
                .file("sys/block/dm-0/dev", "253:0\n")
                .file("sys/block/dm-1/dm/uuid", "LVM-xyz\n")
                .file("proc/1/mountinfo", "28 27 253:0 / /usr ro - erofs /dev/dm-0 ro\n");
        assertThat(kernel.value("verity/usr")).contains(digest);
        assertThat(kernel.attribute("mount/usr", MountTable.VERITY)).contains("usr");
        assertThat(kernel.leaves().keySet().stream().filter(p -> p.startsWith(VerityDevices.BELOW)))
                .hasSize(1);
    }

    @Test
    void aVerityDeviceOfUnknownDigestIsUnreadable() {
        kernel.file("sys/block/dm-0/dm/uuid", "CRYPT-VERITY-00ff-data\n")
                .file("sys/block/dm-0/dm/name", "data\n");
        assertThat(kernel.leaf("verity/data").map(Leaf::kind)).contains(Kind.UNREADABLE);
    }

    @Test
    void aVerityTableOfTheCommandLineGivesItsDigest() {
        String digest = "cd".repeat(32);
        kernel.file(
                        "proc/cmdline",
                        "dm-mod.create=\"vroot,,4,ro,0 100 verity 1 8:1 8:2 4096 4096 10 1 sha256 "
                                + digest
                                + " salt\" root=/dev/dm-0")
                .file("sys/block/dm-0/dm/uuid", "CRYPT-VERITY-00ff-vroot\n")
                .file("sys/block/dm-0/dm/name", "vroot\n");
        assertThat(kernel.value("verity/vroot")).contains(digest);
    }

    @Test
    void namesThatAreNotTextStayApart() throws IOException {
        Path conf = Files.createDirectories(folder.resolve("proc/sys/net"));
        Process made =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "printf 1 >\"$(printf 'a\\377')\" && printf 2 >\"$(printf 'a\\376')\"")
                        .directory(conf.toFile())
                        .start();
        assertThat(made.onExit().join().exitValue()).isZero();
        Map<NodePath, Leaf> leaves = kernel.leaves();
        assertThat(leaves.get(NodePath.of("kernel/sysctl/net.a%FF")))
                .isEqualTo(Leaf.ofValue(Bytes.utf8("1")));
        assertThat(leaves.get(NodePath.of("kernel/sysctl/net.a%FE")))
                .isEqualTo(Leaf.ofValue(Bytes.utf8("2")));
    }

    @Test
    void anyBytesInAnyFileNeverThrow() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> names =
                List.of(
                        "proc/cmdline",
                        "proc/1/mountinfo",
                        "proc/modules",
                        "proc/config.gz",
                        "proc/sys/kernel/tainted",
                        "proc/sys/kernel/osrelease",
                        "proc/sys/kernel/random/boot_id",
                        "sys/kernel/security/lockdown",
                        "sys/block/dm-0/dm/uuid",
                        "sys/block/dm-0/dm/name",
                        "sys/block/dm-0/dev");
        for (int i = 0; i < 150; i++) {
            for (String name : names) {
                byte[] content = new byte[random.nextInt(200)];
                random.nextBytes(content);
                if (random.nextBoolean()) {
                    String alphabet = " \n/\\0-=,\"[]:()CRYPT-VERITY-";
                    for (int j = 0; j < content.length; j++) {
                        content[j] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
                    }
                }
                kernel.file(name, content);
            }
            assertThat(MeasurementSet.of(kernel.observe().entries()).size())
                    .as("seed %d", seed)
                    .isPositive();
        }
    }

    @Test
    void thisHostIsLiveAndWhollyNamed() {
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/sys/kernel/osrelease")), "no /proc");
        KernelObservation observed = KernelCollector.of(Path.of("/"), Path.of("/")).collect();
        Assumptions.assumeTrue(observed.live(), "/proc or /sys is not the kernel's own");
        assertThat(observed.bootIdSource()).isEqualTo(BootIdSource.KERNEL);
        assertThat(observed.entries())
                .extracting(Entry::path)
                .contains(
                        NodePath.of("kernel/sysctl/kernel.randomize_va_space"),
                        NodePath.of("kernel/release"),
                        MountTable.ROOT);
        MeasurementSet.of(observed.entries());
    }

    private void permissions(String name, String permissions) throws IOException {
        Files.setPosixFilePermissions(
                folder.resolve(name), PosixFilePermissions.fromString(permissions));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }
}

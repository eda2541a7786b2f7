package dev.assay.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A host with a read-only /usr and an /etc and /var that each boot makes anew: a reboot is no
/// drift, an intrusion is, and what a reboot restores is told from what it leaves.
class ImmutableHostIT {
    record Host(HostFolder disk, HostFolder kernel) {}

    @TempDir private static Path folder;
    private static Capture golden;

    @TempDir private Path hosts;

    @BeforeAll
    static void captureTheImage() throws Exception {
        Host host = boot(folder.resolve("image"), "1");
        golden = Capture.of(folder, "immutable-host", host.disk(), host.kernel(), "edge-1");
    }

    /// @param time tells one boot from another
    private static Host boot(Path folder, String time) throws IOException {
        Host host =
                new Host(
                        new HostFolder(folder.resolve("disk" + time)),
                        new HostFolder(folder.resolve("kernel" + time)));
        installUsr(host.disk());
        makeEtcAndVar(host.disk(), time);
        makeRun(host.disk(), time);
        bootKernel(host.kernel(), time);
        return host;
    }

    private static void installUsr(HostFolder disk) throws IOException {
        disk.program("usr/bin/bash")
                .file("usr/bin/sudo", HostFolder.ELF, 04755)
                .file("usr/lib/os-release", "ID=edge\n")
                .file("usr/lib/systemd/system/app.service", "[Service]\n")
                .link("bin", "usr/bin")
                .file("efi/EFI/Linux/edge.efi", "MZ image")
                .file("efi/loader/random-seed", "seed")
                .folder("root", 0700);
    }

    private static void makeEtcAndVar(HostFolder disk, String time) throws IOException {
        disk.file("etc/passwd", "root:x:0:0::/root:/bin/bash\n")
                .link("etc/os-release", "../usr/lib/os-release")
                .file("etc/machine-id", ("0" + time).repeat(16) + "\n", 0444)
                .file("etc/hostname", "edge-1\n")
                .file("etc/ssh/ssh_host_ed25519_key", "private " + time, 0600)
                .file("etc/resolv.conf", "nameserver 10.0.0." + time + "\n")
                .file("var/log/journal/m" + time + "/system.journal", "LPKSHHRH", 0640)
                .file("var/lib/systemd/random-seed", "seed " + time, 0600)
                .file("var/lib/assay/host.key", "key", 0600)
                .file("var/lib/dhcp/lease." + time, "10.0.0." + time)
                .folder("var/tmp", 01777)
                .folder("tmp", 01777)
                .folder("tmp/systemd-private-" + time, 0700);
    }

    private static void makeRun(HostFolder disk, String time) throws IOException {
        disk.file("run/app-" + time + ".pid", time)
                .file("run/systemd/sessions/" + time, "UID=0\n")
                .file("run/systemd/units/invocation-" + time, "x")
                .file("run/systemd/transient/session-" + time + ".scope", "[Scope]\n")
                .folder("run/systemd/system", 0755);
    }

    private static void bootKernel(HostFolder kernel, String time) throws IOException {
        kernel.file("proc/cmdline", "root=/dev/dm-0 ro lockdown=integrity\n")
                .file("proc/modules", "ext4 1 0 - Live 0x" + time + "\n")
                .file("proc/sys/kernel/hostname", "edge-1\n")
                .file("proc/sys/kernel/random/boot_id", uuid(time) + "\n")
                .file("proc/sys/kernel/kptr_restrict", "2\n")
                .file("proc/sys/kernel/ns_last_pid", time + "\n")
                .file("proc/1/mountinfo", mounts(""))
                .folder("sys", 0555);
    }

    private static String mounts(String more) {
        return """
               27 1 254:0 / / ro,relatime - erofs /dev/dm-0 ro
               28 27 0:21 / /etc rw,nosuid,nodev,noexec - tmpfs tmpfs rw
               29 27 0:22 / /var rw,nosuid,nodev,noexec - tmpfs tmpfs rw
               30 27 0:23 / /run rw,nosuid,nodev,noexec - tmpfs tmpfs rw
               """
                + more;
    }

    private static String uuid(String time) {
        return "0d663954-dc1d-4b4b-92d8-dbfc250f132" + time;
    }

    @Test
    void aRebootIsNoDrift() throws Exception {
        Host host = boot(hosts, "2");
        AgentRun run = golden.check(host.disk(), host.kernel(), "edge-1");
        assertThat(run.drifts()).isEmpty();
        assertThat(run.exit()).as(run.err()).isZero();
    }

    @ParameterizedTest
    @MethodSource("deeds")
    void anIntrudersDeedIsFoundAndNothingElse(Deed<Host> deed) throws Exception {
        Host host = boot(hosts, "2");
        deed.doing().to(host);
        AgentRun run = golden.check(host.disk(), host.kernel(), "edge-1");
        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(
                        run.drifts().entrySet().stream()
                                .map(drift -> drift.getValue() + " " + drift.getKey())
                                .toList())
                .containsExactlyElementsOf(deed.shows());
        boolean outlives = deed.shows().getFirst().contains(" fs/efi");
        assertThat(run.json().get("remedy").asString())
                .isEqualTo(outlives ? "replacement" : "reset");
    }

    static Stream<Deed<Host>> deeds() {
        return Stream.of(
                Deed.of(
                        "a program replaced",
                        host -> host.disk().file("usr/bin/bash", "ELF\u007fxxxxxxx", 0755),
                        "changed content fs/usr/bin/bash"),
                Deed.of(
                        "a unit of this boot",
                        host -> host.disk().file("run/systemd/system/x.service", "[Service]\n"),
                        "added fs/run/systemd/system/x.service"),
                Deed.of(
                        "a user of this boot",
                        host -> host.disk().append("etc/passwd", "x:x:0:0::/:/bin/bash\n"),
                        "changed content,size fs/etc/passwd"),
                Deed.of(
                        "a program in /var",
                        host -> host.disk().program("var/lib/x"),
                        "added fs/var/lib/x"),
                Deed.of(
                        "another image to boot",
                        host -> host.disk().file("efi/EFI/Linux/edge.efi", "MZ xxxxx"),
                        "changed content fs/efi/EFI/Linux/edge.efi"),
                Deed.of(
                        "a memory file system over the programs",
                        host ->
                                host.kernel()
                                        .file(
                                                "proc/1/mountinfo",
                                                mounts("40 27 0:40 / /usr rw - tmpfs x rw\n")),
                        "added mount/usr"),
                Deed.of(
                        "a root that can be written",
                        host ->
                                host.kernel()
                                        .file(
                                                "proc/1/mountinfo",
                                                mounts("")
                                                        .replace("/ ro,relatime", "/ rw,relatime")),
                        "changed options mount"),
                Deed.of(
                        "addresses of the kernel shown",
                        host -> host.kernel().file("proc/sys/kernel/kptr_restrict", "0\n"),
                        "changed value kernel/sysctl/kernel.kptr_restrict"));
    }

    /// The deeds above are of a kind that a reboot takes back, as it does here.
    @Test
    void afterARebootTheIntruderIsGone() throws Exception {
        Host host = boot(hosts, "3");
        host.disk().program("var/lib/x").append("etc/passwd", "x:x:0:0::/:/bin/bash\n");
        assertThat(golden.check(host.disk(), host.kernel(), "edge-1").exit()).isEqualTo(1);
        Host again = boot(hosts, "4");
        assertThat(golden.check(again.disk(), again.kernel(), "edge-1").drifts()).isEmpty();
    }
}

package dev.assay.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.assay.rig.TreeScope;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `check` prints for people, to the column, of a small Debian host.
class CheckOutputIT {
    private static final String GOLDEN_SSH = "the ssh that Debian ships";
    private static final String EVIL_SSH = "the ssh that sends passwords";

    @TempDir private Path folder;
    private HostFolder disk;
    private HostFolder kernel;
    private Signer signer;

    @BeforeEach
    void captureASmallHost() throws Exception {
        disk = new HostFolder(folder.resolve("disk"));
        disk.file("usr/bin/ssh", GOLDEN_SSH, 0755)
                .file("etc/passwd", "root:x:0:0::/root:/bin/sh\n")
                .file(
                        "var/lib/dpkg/status",
                        """
                        Package: openssh-client
                        Status: install ok installed
                        Architecture: amd64
                        Version: 9.2p1
                        Description: secure shell client

                        """)
                .file(
                        "var/lib/dpkg/info/openssh-client.list",
                        "/.\n/usr\n/usr/bin\n/usr/bin/ssh\n");
        kernel = new HostFolder(folder.resolve("kernel"));
        kernel.file("proc/sys/kernel/kptr_restrict", "2\n").folder("sys", 0755);
        signer = Signer.make(folder, "k");
        AgentRun capture =
                AgentRun.agent(
                        arguments(
                                "capture",
                                "--scope",
                                TreeScope.write(folder).toString(),
                                "--channel",
                                "web-nodes",
                                "--serial",
                                "42",
                                "--sign",
                                signer.privateKey().toString(),
                                "--out",
                                folder.resolve("web.golden").toString()));
        assertThat(capture.exit()).as(capture.err()).isZero();
    }

    private List<String> arguments(String command, String... more) {
        return Stream.concat(
                        Stream.of(
                                command,
                                "--root",
                                disk.root().toString(),
                                "--kernel-from",
                                kernel.root().toString()),
                        Stream.of(more))
                .toList();
    }

    private AgentRun check(String... more) throws Exception {
        String[] all =
                Stream.concat(
                                Stream.of(
                                        "--baseline",
                                        folder.resolve("web.golden").toString(),
                                        "--trust",
                                        signer.publicKey().toString()),
                                Stream.of(more))
                        .toArray(String[]::new);
        return AgentRun.agent(arguments("check", all));
    }

    private void intrude() throws Exception {
        byte[] program = new byte[18_000];
        System.arraycopy(HostFolder.ELF, 0, program, 0, HostFolder.ELF.length);
        Files.writeString(disk.path("usr/bin/ssh"), EVIL_SSH);
        disk.file("usr/bin/.x", program, 04755);
        kernel.file("proc/sys/kernel/kptr_restrict", "0\n");
    }

    @Test
    void aGoldenHostIsTwoLines() throws Exception {
        AgentRun run = check();
        assertThat(run.exit()).isZero();
        assertThat(run.out().lines().toList()).hasSize(2);
        assertThat(run.out())
                .matches(
                        "GOLDEN web-nodes #42\n"
                                + "Covered 4 files, [0-9]+ B, [0-9.]+ s\\."
                                + " Not measured: 0 files \\(--coverage\\)\n");
    }

    @Test
    void threeChangesStandInColumnsWithTheirPackageAndRemedy() throws Exception {
        intrude();
        AgentRun run = check();
        assertThat(run.exit()).isEqualTo(1);
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(6);
        String owner = isRoot() ? "root" : uid();
        assertThat(lines.subList(0, 4))
                .containsExactly(
                        "DRIFTED from web-nodes #42            3 changes",
                        "  ADDED    /usr/bin/.x             set-uid " + owner + ", ELF, 18 KB",
                        "  CHANGED  /usr/bin/ssh            content "
                                + brief(GOLDEN_SSH)
                                + "→"
                                + brief(EVIL_SSH)
                                + "   openssh-client 9.2p1",
                        "  CHANGED  kernel.kptr_restrict    2 → 0");
        assertThat(lines.get(4))
                .matches(
                        "Covered 5 files, 18 KB, [0-9.]+ s\\. Not measured: 0 files \\(--coverage\\)");
        assertThat(lines.get(5)).isEqualTo("Survives a reboot: none → remedy: reset");
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private String uid() throws Exception {
        return Files.getAttribute(folder, "unix:uid").toString();
    }

    private static String brief(String content) throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256")
                        .digest(content.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, 4) + "…";
    }

    @Test
    void theDocumentSaysTheSame() throws Exception {
        intrude();
        AgentRun run = check("--json");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.drifts())
                .containsExactly(
                        entry("fs/usr/bin/.x", "added"),
                        entry("fs/usr/bin/ssh", "changed content,size"),
                        entry("kernel/sysctl/kernel.kptr_restrict", "changed value"));
        assertThat(run.json().get("drifts").get(1).get("owner").asString())
                .isEqualTo("openssh-client 9.2p1");
        assertThat(run.json().get("remedy").asString()).isEqualTo("reset");
        assertThat(run.json().get("simulated").asBoolean()).isTrue();
    }

    @Test
    void coverageSaysHowMuchWasMeasuredHow() throws Exception {
        AgentRun run = check("--coverage");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).containsPattern("(?m)^immutable +[0-9]+  [0-9]+ B$");
    }
}

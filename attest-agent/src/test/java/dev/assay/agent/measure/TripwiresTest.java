package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.HostTree;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TripwiresTest {
    private static final String LOGS = "fs/log rotating *.log*";
    private static final String DATA = "fs/data data-only";

    private HostTree host;

    @BeforeEach
    void makeHost() throws IOException {
        host = HostTree.create();
        host.directory("log");
        host.directory("data");
    }

    @AfterEach
    void removeHost() throws IOException {
        host.close();
    }

    private String reason(String path, String rule) throws IOException {
        Leaf leaf = Measured.leaves(host, rule).get(path);
        return leaf.attribute(Leaf.REASON).orElseThrow().lossyText();
    }

    @Test
    void logsThatRotateLeaveNoNodes() throws IOException {
        Digest before = Measured.measure(host, LOGS).set().roots().total();
        host.file("log/app.log", "x");
        host.file("log/app.log.1", "x");
        host.file("log/deep/er/app.log", "x");
        host.link("log/current.log", "app.log");

        Measurement after = Measured.measure(host, LOGS);

        assertThat(after.set().roots().total()).isEqualTo(before);
        assertThat(after.files()).isEqualTo(3);
    }

    @Test
    void logOfAnotherNameIsANode() throws IOException {
        host.file("log/payload", "x");

        assertThat(reason("fs/log/payload", LOGS)).isEqualTo("name");
    }

    @ParameterizedTest
    @CsvSource({"0755,executable", "04644,set-id", "02644,set-id", "0646,world-writable"})
    void logWithRightsIsANode(String mode, String reason) throws IOException {
        host.file("log/app.log", "x");
        host.mode("log/app.log", Integer.parseInt(mode, 8));

        assertThat(reason("fs/log/app.log", LOGS)).isEqualTo(reason);
    }

    @Test
    void directoryThatAnyoneCanWriteToIsANodeAmongLogs() throws IOException {
        host.directory("log/open");
        host.mode("log/open", 0777);
        host.directory("log/sticky");
        host.mode("log/sticky", 01777);

        assertThat(reason("fs/log/open", LOGS)).isEqualTo("world-writable");
        assertThat(Measured.leaves(host, LOGS).keySet()).doesNotContain("fs/log/sticky");
    }

    @Test
    void linkOfAnotherNameAmongLogsSaysWhereItLeads() throws IOException {
        host.link("log/x", "/etc/shadow");

        Leaf leaf = Measured.leaves(host, LOGS).get("fs/log/x");

        assertThat(leaf.kind()).isEqualTo(Kind.SYMLINK);
        assertThat(leaf.attribute(Leaf.TARGET)).contains(Bytes.utf8("/etc/shadow"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cache.db",
                "a.sock",
                "x.solv",
                "timers/stamp-apt.timer",
                "cron/.placeholder",
                "systemd/timers/stamp-apt.timer",
                "notes.service",
                "rc",
                "50-x.rules"
            })
    void plainDataLeavesNoNode(String name) throws IOException {
        host.file("data/" + name, "data");

        assertThat(Measured.leaves(host, DATA).keySet()).containsExactly("fs/data");
    }

    @ParameterizedTest
    @CsvSource({
        "systemd/system/x.service,systemd-unit",
        "home/.config/systemd/user/x.timer,systemd-unit",
        "systemd/system/x.service.d/override.conf,systemd-unit",
        "cron/crontabs/root,cron-table",
        "cron.d/job,cron-table",
        "etc/crontab,cron-table",
        "home/.ssh/authorized_keys,authorized-keys",
        "home/.ssh/authorized_keys2,authorized-keys",
        "home/.ssh/rc,ssh-rc",
        "ld.so.preload,ld-preload",
        "udev/rules.d/99-x.rules,udev-rule",
        "home/.bashrc,shell-start-up",
        "lib.so,shared-library",
        "lib.so.1,shared-library",
        "site-packages/x.pth,python-path",
        "sudoers.d/me,sudoers"
    })
    void nameThatAProgramObeysIsANode(String name, String reason) throws IOException {
        host.file("data/" + name, "data");

        assertThat(reason("fs/data/" + name, DATA)).isEqualTo(reason);
    }

    @Test
    void linkUnderANameThatAProgramObeysIsANode() throws IOException {
        host.link("data/.ssh/authorized_keys", "/tmp/keys");

        assertThat(reason("fs/data/.ssh/authorized_keys", DATA)).isEqualTo("authorized-keys");
    }

    @Test
    void programAmongDataIsANodeWithItsDigestWhateverItsMode() throws IOException {
        host.file("data/blob", "\u007fELF and more");
        host.file("data/script", "#!/bin/sh\n");

        Leaves leaves = Measured.leaves(host, DATA);

        assertThat(leaves.get("fs/data/blob").attribute(Leaf.REASON)).contains(Bytes.utf8("elf"));
        assertThat(leaves.get("fs/data/blob").attribute(Leaf.CONTENT))
                .contains(Bytes.utf8(Digest.ofContent(Bytes.utf8("\u007fELF and more")).hex()));
        assertThat(reason("fs/data/script", DATA)).isEqualTo("script");
    }

    @ParameterizedTest
    @CsvSource({"0755,executable", "04644,set-id"})
    void dataWithRightsIsANode(String mode, String reason) throws IOException {
        host.file("data/x", "x");
        host.mode("data/x", Integer.parseInt(mode, 8));

        assertThat(reason("fs/data/x", DATA)).isEqualTo(reason);
    }

    @Test
    void capabilityOnDataIsANode() throws IOException {
        host.file("data/x", "x");
        byte[] capability = new byte[20];
        capability[3] = 2;
        assumeTrue(host.attribute("data/x", "security.capability", capability), "needs root");

        assertThat(reason("fs/data/x", DATA)).isEqualTo("capability");
    }

    @Test
    void deviceAmongDataIsANodeAndAPipeIsNot() throws IOException {
        host.fifo("data/pipe");
        assumeTrue(host.characterDevice("data/mem", 1, 1), "making devices needs root");

        Leaves leaves = Measured.leaves(host, DATA);

        assertThat(leaves.keySet()).containsExactly("fs/data", "fs/data/mem");
        assertThat(reason("fs/data/mem", DATA)).isEqualTo("device");
    }

    @Test
    void setIdFileThatCannotBeOpenedIsDriftAndNotUndetermined() throws Exception {
        Path tool = host.file("data/tool", "x");
        host.mode("data/tool", 04755);
        // A write lease makes the agent's open(2) fail with EAGAIN; any owner of a file may hold
        // one.
        String holder =
                """
                import fcntl, os, signal, sys
                signal.signal(signal.SIGIO, signal.SIG_IGN)
                f = os.open(sys.argv[1], os.O_RDWR)
                fcntl.fcntl(f, fcntl.F_SETLEASE, fcntl.F_WRLCK)
                print('held', flush=True)
                sys.stdin.read()
                """;
        Process process;
        try {
            process = new ProcessBuilder("python3", "-c", holder, tool.toString()).start();
        } catch (IOException e) {
            assumeTrue(false, "no python3 to hold a lease");
            return;
        }
        try {
            assumeTrue("held".equals(process.inputReader().readLine()), "no leases here");

            Leaf leaf = Measured.leaves(host, DATA).get("fs/data/tool");

            assertThat(leaf.kind()).isEqualTo(Kind.FILE);
            assertThat(leaf.attribute(Leaf.REASON)).contains(Bytes.utf8("set-id"));
        } finally {
            process.destroy();
        }
    }
}

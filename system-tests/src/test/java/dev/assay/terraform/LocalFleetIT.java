package dev.assay.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The whole product on virtual machines that really boot: firmware, TPM, verified root, the
/// kernel's own measurements, the hook and the agent as people install them. Two nodes at a time,
/// each with its story; the minutes are the emulated processor's.
final class LocalFleetIT {
    private static final String FIRST = "node-1";
    private static final String SECOND = "node-2";
    private static final String GOLDEN = "golden";

    /// Of an emulated machine, from its power to its first verdict, with another beside it.
    private static final Duration BOOT = Duration.ofMinutes(8);

    /// Of a machine that never comes back.
    private static final String SHORT_DEADLINE = "30s";

    /// Of one whose agent hears of its order, three intervals later at the latest, and ignores it.
    private static final String IGNORED_DEADLINE = "100s";

    /// From an order to the next rung: long enough for such a boot.
    private static final String RESET_DEADLINE = "200s";

    private static final String BAD_QUOTE = "bad-quote";
    private static final String AGENT_JAR = "usr/lib/assay/lib/attest-agent.jar";

    @TempDir(cleanup = CleanupMode.ALWAYS)
    private Path folder = Path.of("");

    /// The group's deadline is the first node's, then the second's, then the first's again.
    private final CountDownLatch firstIsOrdered = new CountDownLatch(1);

    private final CountDownLatch resetFromOutside = new CountDownLatch(1);
    private LocalFleet fleet;
    private Path patched = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        fleet = new LocalFleet(folder);
    }

    @AfterEach
    @SuppressWarnings("ConstantValue") // where the machine has not what it takes, it was not made
    void endWhatRuns() throws IOException, InterruptedException {
        if (fleet != null) {
            fleet.close(fleet.project().resolve("system-tests/target/local-fleet"));
        }
    }

    @Test
    void machinesThatDriftAreResetAndComeBackGolden() throws Exception {
        fleet.apply();
        fleet.tell(
                "terraform applied: image, two golden boots, merged, signed; two nodes admitted");
        for (String node : new String[] {FIRST, SECOND}) {
            admittedByItsTpmBeforeItWorks(node);
        }
        fleet.verifier(
                "group",
                "set",
                "nodes",
                "--reset-deadline",
                RESET_DEADLINE,
                "--budget",
                "2",
                "--max-resets-per-day",
                "20",
                "--breaker-min-hosts",
                "20");
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            Future<?> first = both.submit(story(this::ofTheFirst));
            Future<?> second = both.submit(story(this::ofTheSecond));
            second.get();
            first.get();
        }
        fleet.destroy();
        assertThat(fleet.running()).isEmpty();
        fleet.tell("terraform destroyed: nothing runs");
    }

    private interface Story {
        void run() throws Exception;
    }

    private static Callable<Void> story(Story story) {
        return () -> {
            story.run();
            return null;
        };
    }

    private void ofTheFirst() throws Exception {
        intruderIsNamedAndResetAlthoughTheVerifierIsKilled(FIRST);
        anotherCommandLineAndInitrdAreNamedByEvent(FIRST);
        assertThat(resetFromOutside.await(BOOT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        machineThatDoesNotComeBackEndsInQuarantine(FIRST);
    }

    private void ofTheSecond() throws Exception {
        patchedAgentIsCaughtAndResetFromOutside(SECOND);
        resetFromOutside.countDown();
        orderOfTheBootBeforeIsRefused(SECOND);
        quoteOfTheBootBeforeIsRefused(SECOND);
        goldenImageBootsGolden(SECOND, Integer.getInteger("assay.vm.boots", 1));
    }

    private void admittedByItsTpmBeforeItWorks(String node) throws Exception {
        JsonNode host = fleet.awaitState(node, BOOT, GOLDEN);
        assertThat(host.path("tier").asString()).isEqualTo("hardware");
        assertThat(host.path("vouched").toString()).contains("boot", "executables");
        assertThat(fleet.console(node)).contains("ready: this node takes work");
    }

    /// The daemon is up when its evidence follows the hook's.
    private JsonNode awaitDaemon(String node) {
        return fleet.await(
                node,
                BOOT,
                host ->
                        host.path("state").asString("").equals(GOLDEN)
                                && host.path("sequence").asLong() >= 2);
    }

    private void intruderIsNamedAndResetAlthoughTheVerifierIsKilled(String node) throws Exception {
        String boot = awaitDaemon(node).path("boot").asString();
        fleet.tell("%s: an intruder changes a file and runs a program".formatted(node));
        fleet.onNode(
                node,
                """
                echo 'PermitRootLogin yes' >>/etc/ssh/sshd_config
                cp /bin/busybox /var/tmp/busybox
                printf x >>/var/tmp/busybox
                /var/tmp/busybox true
                """);
        fleet.awaitDrifts(node, BOOT, "fs/etc/ssh/sshd_config", "executed/var/tmp/busybox");
        fleet.awaitState(node, BOOT, "resetting");
        fleet.bash("kill -9 \"$(<\"$fleet/verifier.pid\")\"");
        fleet.tell("the verifier is killed");
        Thread.sleep(10_000);
        fleet.step("start");
        fleet.tell("the verifier is back");
        firstIsOrdered.countDown();
        JsonNode back = fleet.awaitState(node, BOOT, GOLDEN);
        proved(back, boot, "agent");
    }

    /// By a TPM that counts its resets.
    ///
    /// @param rungs that were asked at least
    private void proved(JsonNode host, String before, String... rungs) {
        JsonNode reset = host.path("reset");
        assertThat(host.path("boot").asString()).isNotEqualTo(before);
        assertThat(reset.path("status").asString()).isEqualTo("succeeded");
        assertThat(reset.path("attempts"))
                .extracting(attempt -> attempt.path("rung").asString())
                .startsWith(rungs);
        JsonNode counts = host.path("lastProof").path("resets");
        fleet.tell("%s proved its reset: %s".formatted(host.path("name").asString(), counts));
        assertThat(counts.path("now").asLong()).isGreaterThan(counts.path("before").asLong());
    }

    /// Its root still verifies: what changed is on the disk's first partition.
    private void anotherCommandLineAndInitrdAreNamedByEvent(String node) throws Exception {
        String boot = awaitDaemon(node).path("boot").asString();
        fleet.bash(
                """
                vm/stop-node "$fleet/%1$s"
                disk=$fleet/%1$s/disk.img esp=$fleet/%1$s/disk.img@@1M work=$fleet/%1$s/altered
                mkdir -p "$work"
                mcopy -n -i "$esp" ::/loader/entries/golden.conf "$work/golden.conf"
                sed -i '/^options/s/$/ init_on_free=0/' "$work/golden.conf"
                mcopy -o -i "$esp" "$work/golden.conf" ::/loader/entries/golden.conf
                mcopy -n -i "$esp" ::/initrd "$work/initrd"
                (cd "$work" && truncate -s %%4 initrd && : >more && echo more | cpio --quiet -o -H newc >>initrd)
                mcopy -o -i "$esp" "$work/initrd" ::/initrd
                vm/boot-node "$fleet/%1$s"
                """
                        .formatted(node));
        fleet.tell("%s boots with another command line and another initrd".formatted(node));
        fleet.awaitDrifts(node, BOOT, "boot/pcr9/", "boot/pcr12/", "kernel/cmdline/init_on_free");
        JsonNode back = fleet.awaitState(node, BOOT, GOLDEN);
        proved(back, boot, "hypervisor");
    }

    private void patchedAgentIsCaughtAndResetFromOutside(String node) throws Exception {
        patched =
                PatchedAgent.make(
                        fleet.project(),
                        Path.of(System.getProperty("assay.agent.dist"), "lib/attest-agent.jar"),
                        Files.createDirectory(folder.resolve("patch")));
        String boot = awaitDaemon(node).path("boot").asString();
        fleet.tell(
                "%s: an intruder runs an agent that lies and keeps its orders to itself"
                        .formatted(node));
        intrude(node);
        assertThat(firstIsOrdered.await(BOOT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        fleet.verifier("group", "set", "nodes", "--reset-deadline", IGNORED_DEADLINE);
        String drifts = fleet.awaitDrifts(node, BOOT, "executed/" + AGENT_JAR);
        assertThat(drifts).as("what the agent said itself").doesNotContain("fs/");
        fleet.awaitState(node, BOOT, "resetting");
        fleet.verifier("group", "set", "nodes", "--reset-deadline", RESET_DEADLINE);
        JsonNode back = fleet.awaitState(node, BOOT, GOLDEN);
        proved(back, boot, "agent", "hypervisor");
        fleet.tell("attempts: %s".formatted(back.path("reset").path("attempts")));
    }

    /// The jar lies where the golden one lay, with its owner; the agent acknowledges what it is
    /// told, and leaves it in a folder where nobody looks.
    private void intrude(String node) throws Exception {
        fleet.onNode(node, "systemctl stop assay-agent");
        fleet.copyToNode(node, patched, "/run/agent.jar");
        fleet.onNode(
                node,
                """
                chown assay:assay /run/agent.jar
                chmod 0644 /run/agent.jar
                mount --bind /run/agent.jar /%s
                mkdir -p /var/lib/assay/handed /run/systemd/system/assay-agent.service.d
                cat >/run/systemd/system/assay-agent.service.d/ignore.conf <<'UNIT'
                [Service]
                ExecStart=
                ExecStart=/usr/bin/attest-agent run --state /var/lib/assay --reset-handover /var/lib/assay/handed
                UNIT
                systemctl daemon-reload
                systemctl start --no-block assay-agent
                """
                        .formatted(AGENT_JAR));
    }

    private void orderOfTheBootBeforeIsRefused(String node) throws Exception {
        String refused =
                fleet.onNode(
                        node,
                        """
                        attest-agent reset-order --from /var/lib/assay/handed \\
                          --trust-root /etc/assay/trust-root.json --host %s --state /run/orders && code=0 || code=$?
                        echo "exit code $code"
                        """
                                .formatted(node));
        fleet.tell("%s is shown the order of the boot before: %s".formatted(node, refused));
        assertThat(refused).contains("exit code 2");
    }

    /// The patched agent kept its quote on the disk that outlives a boot.
    private void quoteOfTheBootBeforeIsRefused(String node) throws Exception {
        fleet.tell(
                "%s: the intruder is back, and sends the quote of the boot before".formatted(node));
        intrude(node);
        fleet.await(
                node,
                BOOT,
                host -> Files.readString(fleet.data().resolve("verifier.log")).contains(BAD_QUOTE));
        fleet.tell("the verifier refused it: " + BAD_QUOTE);
        fleet.await(node, BOOT, host -> !host.path("admit").asBoolean(true));
    }

    /// What changes on its disk stops its boot: no evidence ever comes.
    private void machineThatDoesNotComeBackEndsInQuarantine(String node) throws Exception {
        awaitDaemon(node);
        fleet.verifier("group", "set", "nodes", "--reset-deadline", SHORT_DEADLINE);
        fleet.onNode(node, "echo '# more' >>/etc/profile");
        fleet.awaitState(node, BOOT, "resetting");
        fleet.bash(
                """
                disk=$fleet/%s/disk.img
                # The second partition, whose files the kernel reads through the hash tree.
                first=$((41 * 1024)) kib=
                for ((kib = first; kib < first + 80 * 1024; kib += 256)); do
                  printf tampered | dd of="$disk" bs=1 seek=$((kib * 1024 + 512)) conv=notrunc status=none
                done
                """
                        .formatted(node));
        fleet.tell("the disk of %s is changed under it".formatted(node));
        JsonNode host = fleet.awaitState(node, BOOT, "quarantined");
        fleet.tell("attempts: %s".formatted(host.path("reset").path("attempts")));
        assertThat(host.path("reset").path("attempts"))
                .extracting(attempt -> attempt.path("rung").asString())
                .containsExactly("agent", "hypervisor", "power", "operator");
        assertThat(fleet.console(node)).contains("verity", "panic");
        // A kernel that has given up keeps its processor busy.
        fleet.bash("vm/stop-node \"$fleet/%s\"".formatted(node));
    }

    private void goldenImageBootsGolden(String node, int times) throws Exception {
        Set<String> boots = new HashSet<>();
        for (int i = 0; i < times; i++) {
            boots.add(fleet.host(node).path("boot").asString());
            fleet.bash(
                    "vm/stop-node \"$fleet/%1$s\"; vm/boot-node \"$fleet/%1$s\"".formatted(node));
            JsonNode host =
                    fleet.await(
                            node,
                            BOOT,
                            seen ->
                                    !seen.path("state").isMissingNode()
                                            && !boots.contains(seen.path("boot").asString()));
            assertThat(host.path("state").asString()).as(fleet.drifts(node)).isEqualTo(GOLDEN);
            fleet.tell("%s booted golden, %d of %d".formatted(node, i + 1, times));
        }
    }
}

package dev.assay.agent.exhibit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.evidence.BootId;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Exhibits.ProcessExhibit;
import dev.assay.evidence.Exhibits.SocketExhibit;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ExhibitCollectorTest {
    private static final ExhibitCollector.Occasion OCCASION =
            new ExhibitCollector.Occasion(
                    "web-1",
                    new BootId("7c1f0000-0000-4000-8000-000000000001"),
                    "r1",
                    Instant.EPOCH,
                    "agent test");
    private static final String TCP_HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid "
                    + " timeout inode\n";
    private static final String TCP_REST =
            " 00000000:00000000 00:00000000 00000000  1000        0 ";

    @TempDir private Path kernel = Path.of("");
    private Path proc = Path.of("");

    @BeforeEach
    void makeProc() throws IOException {
        proc = Files.createDirectories(kernel.resolve("proc"));
        Files.writeString(proc.resolve("stat"), "cpu 1 2\nbtime 1000\nprocesses 5\n");
    }

    private Exhibits collect(Duration limit) throws InterruptedException {
        return new ExhibitCollector(kernel, kernel, ExhibitPatterns.of(List.of()))
                .collect(OCCASION, Drifted.NOTHING_KNOWN, limit);
    }

    private Exhibits collect() throws InterruptedException {
        return collect(Duration.ofSeconds(30));
    }

    private Path process(int pid, String name, String cmdline) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        String rest = " S 1 1 1 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 500 0 0\n";
        Files.writeString(folder.resolve("stat"), pid + " (" + name + ")" + rest);
        Files.writeString(folder.resolve("status"), "Name:\tx\nUid:\t1000\t0\t0\t0\n");
        Files.writeString(folder.resolve("cmdline"), cmdline);
        Files.writeString(folder.resolve("environ"), "TOKEN=hunter2\0");
        return folder;
    }

    private void table(String name, String text) throws IOException {
        Path net = Files.createDirectories(proc.resolve("1/net"));
        Files.writeString(net.resolve(name), text);
    }

    @Test
    void aProcessIsShownWithoutItsEnvironment() throws Exception {
        Path folder = process(77, "x) (y", "/usr/bin/.x\0-l\0evil \u001b[2J\0");
        Files.createSymbolicLink(folder.resolve("exe"), Path.of("/usr/bin/.x (deleted)"));
        Exhibits exhibits = collect();
        assertThat(exhibits.processes())
                .containsExactly(
                        new ProcessExhibit(
                                77,
                                1,
                                1000L,
                                "x) (y",
                                "/usr/bin/.x (deleted)",
                                "/usr/bin/.x -l evil %1B[2J",
                                false,
                                Instant.ofEpochSecond(1005)));
        assertThat(exhibits.toString()).doesNotContain("hunter2");
    }

    @Test
    void aLongCommandLineIsCut() throws Exception {
        process(77, "x", "x\0" + "--password=" + "p".repeat(5000));
        ProcessExhibit shown = collect().processes().getFirst();
        assertThat(shown.cut()).isTrue();
        assertThat(Objects.requireNonNull(shown.commandLine())).hasSizeLessThan(300);
    }

    @Test
    void aProcessThatEndsWhileItIsLookedAtIsPassedOver() throws Exception {
        process(77, "x", "x");
        Files.createDirectories(proc.resolve("78"));
        Files.writeString(Files.createDirectories(proc.resolve("79")).resolve("stat"), "79 (x");
        Files.delete(process(80, "y", "y").resolve("cmdline"));
        assertThat(collect().processes()).extracting(ProcessExhibit::pid).containsExactly(80L, 77L);
    }

    @Test
    void aFifoInAProcessesPlaceIsNotWaitedFor() throws Exception {
        Path folder = process(77, "x", "x");
        Files.delete(folder.resolve("cmdline"));
        Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve("cmdline").toString()).start();
        assertThat(mkfifo.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(collect().processes()).hasSize(1);
    }

    @Test
    void aHugeProcessTableIsCountedAndTheLatestAreShown() throws Exception {
        for (int pid = 1; pid <= Exhibits.MAX_PROCESSES + 10; pid++) {
            process(pid, "x", "x");
        }
        Exhibits exhibits = collect();
        assertThat(exhibits.processes()).hasSize(Exhibits.MAX_PROCESSES);
        assertThat(exhibits.moreProcesses()).isEqualTo(10);
        assertThat(exhibits.processes().getFirst().pid()).isEqualTo(Exhibits.MAX_PROCESSES + 10);
    }

    @Test
    void socketsAreShownWithTheProcessThatHoldsThem() throws Exception {
        table(
                "tcp",
                TCP_HEAD
                        + "   0: 0100007F:1F90 00000000:0000 0A"
                        + TCP_REST
                        + "4711 1\n   1: 0100007F:1F90 0200007F:0016 01"
                        + TCP_REST
                        + "4712 1\n   2: 0100007F:1F91 0200007F:0016 06"
                        + TCP_REST
                        + "0 1\n");
        table(
                "tcp6",
                TCP_HEAD
                        + "   0: 00000000000000000000000001000000:0050 "
                        + "00000000000000000000000000000000:0000 0A"
                        + TCP_REST
                        + "4713 1\n");
        table(
                "unix",
                """
                Num RefCount Protocol Flags Type St Inode Path
                0000: 00000002 00000000 00010000 0001 01 4714 /run/a b\033
                0000: 00000003 00000000 00000000 0001 03 4715
                """);
        Path fd = Files.createDirectories(process(77, "x", "x").resolve("fd"));
        Files.createSymbolicLink(fd.resolve("3"), Path.of("socket:[4711]"));
        Files.createSymbolicLink(fd.resolve("4"), Path.of("/dev/null"));
        assertThat(collect().sockets())
                .containsExactly(
                        new SocketExhibit(
                                "tcp", "127.0.0.1:8080", null, "listening", 1000L, 4711, 77L),
                        new SocketExhibit(
                                "tcp6",
                                "[0:0:0:0:0:0:0:1]:80",
                                null,
                                "listening",
                                1000L,
                                4713,
                                null),
                        new SocketExhibit(
                                "unix", "/run/a b%1B", null, "listening", null, 4714, null),
                        new SocketExhibit(
                                "tcp",
                                "127.0.0.1:8080",
                                "127.0.0.2:22",
                                "connected",
                                1000L,
                                4712,
                                null));
    }

    @Test
    void aFloodOfConnectionsDoesNotPushOutWhatListens() throws Exception {
        Path net = Files.createDirectories(proc.resolve("1/net"));
        try (BufferedWriter table = Files.newBufferedWriter(net.resolve("tcp"))) {
            table.write(TCP_HEAD);
            for (int i = 0; i < 100_000; i++) {
                table.write("   0: 0100007F:1F90 0200007F:0016 01" + TCP_REST + "1 1\n");
            }
            table.write("   0: 0100007F:115C 00000000:0000 0A" + TCP_REST + "2 1\n");
        }
        Exhibits exhibits = collect();
        assertThat(exhibits.sockets()).hasSize(Exhibits.MAX_SOCKETS);
        assertThat(exhibits.sockets().getFirst().local()).isEqualTo("127.0.0.1:4444");
        assertThat(exhibits.moreSockets()).isEqualTo(100_001 - Exhibits.MAX_SOCKETS);
    }

    @Test
    void aTableThatIsNoneIsPassedOver() throws Exception {
        table("tcp", "\0\0\n: : : :\n   0: zz:zz zz 0A x x x x x x\n" + "9".repeat(100_000));
        table("udp", TCP_HEAD + "   0: 0100007F:ffffffff 00000000:0000 07" + TCP_REST + "x 1\n");
        assertThat(collect().sockets()).isEmpty();
    }

    @Test
    void whenTheTimeIsOverWhatIsThereIsTaken() throws Exception {
        for (int pid = 1; pid <= 500; pid++) {
            process(pid, "x", "x");
        }
        Exhibits exhibits = collect(Duration.ofNanos(1));
        assertThat(exhibits.processes().size() + exhibits.moreProcesses()).isLessThanOrEqualTo(500);
    }

    @Test
    void thisVeryHostCanBeShown() throws Exception {
        Exhibits exhibits =
                new ExhibitCollector(Path.of("/"), Path.of("/"), ExhibitPatterns.of(List.of()))
                        .collect(OCCASION, Drifted.NOTHING_KNOWN, Duration.ofSeconds(30));
        assertThat(exhibits.processes())
                .extracting(ProcessExhibit::pid)
                .contains(ProcessHandle.current().pid());
        assertThat(Exhibits.unpack(exhibits.pack())).isEqualTo(exhibits);
    }

    @Test
    void aHostWithoutProcStillShowsItself() throws Exception {
        Exhibits exhibits =
                new ExhibitCollector(
                                kernel, Path.of("/no/such/folder"), ExhibitPatterns.of(List.of()))
                        .collect(OCCASION, Drifted.NOTHING_KNOWN, Duration.ofSeconds(30));
        assertThat(exhibits.processes()).isEmpty();
        assertThat(exhibits.notes()).isEmpty();
    }
}

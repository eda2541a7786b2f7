package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.watch.Watcher.Means;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a busy folder costs that is not measured. The figures are printed, not judged.
final class WatchCostTest {
    private static final int EVENTS = 20_000;

    @TempDir Path folder;

    private static long watchNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().equals("watch"))
                .mapToLong(ThreadInfo::getThreadId)
                .map(threads::getThreadCpuTime)
                .sum();
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void whatDoesNotMatterCostsLittle(Means means) throws Exception {
        Path log = Files.createDirectory(folder.resolve("log"));
        try (Watched watched =
                Watched.open(folder, means, path -> !path.toString().startsWith("fs/log"))) {
            long before = watchNanos();
            watched.shell(
                    "cd log; for i in $(seq " + EVENTS + "); do echo $i >> f$((i % 50)); done");
            long again = watchNanos();
            watched.shell("cd log; for i in $(seq " + EVENTS + "); do echo $i > new$i; done");
            long after = watchNanos();
            Files.writeString(folder.resolve("file"), "x");
            watched.requireTold("file");
            assertThat(watched.told()).hasSize(1);
            System.out.printf(
                    "%s: %,d writes to 50 files that are not measured: %,d us; to as many new: %,d"
                            + " us%n",
                    means, EVENTS, (again - before) / 1000, (after - again) / 1000);
        }
        assertThat(log).isDirectory();
    }
}

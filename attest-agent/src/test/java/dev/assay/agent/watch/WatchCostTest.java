package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.watch.Watcher.Means;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a busy folder costs that is not measured. The figures are printed, not judged.
final class WatchCostTest {
    private static final int EVENTS = 4_000;

    @TempDir Path folder;

    private static long watchNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().equals("watch"))
                .mapToLong(ThreadInfo::getThreadId)
                .map(threads::getThreadCpuTime)
                .sum();
    }

    private static void write(Path file) throws IOException {
        Files.writeString(file, "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void whatDoesNotMatterCostsLittle(Means means) throws Exception {
        Path log = Files.createDirectory(folder.resolve("log"));
        try (Watched watched =
                Watched.open(folder, means, path -> !path.toString().startsWith("fs/log"))) {
            long before = watchNanos();
            for (int i = 0; i < EVENTS; i++) {
                write(log.resolve("f" + i % 50));
            }
            long again = watchNanos();
            for (int i = 0; i < EVENTS; i++) {
                write(log.resolve("new" + i));
            }
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

    @ParameterizedTest
    @EnumSource(names = {"FANOTIFY", "INOTIFY"})
    void oneWriteIsToldSoon(Means means) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (Watched watched = Watched.open(folder, means)) {
            long[] millis = new long[11];
            for (int i = 0; i < millis.length; i++) {
                long begin = System.nanoTime();
                write(file);
                watched.reset();
                watched.requireTold("file");
                millis[i] = (System.nanoTime() - begin) / 1_000_000;
                while (!watched.watcher.await(Duration.ofMillis(60)).isEmpty()) {
                    Thread.onSpinWait();
                }
            }
            Arrays.sort(millis);
            System.out.printf(
                    "%s: told after %d ms (median), %d ms at most%n",
                    means, millis[millis.length / 2], millis[millis.length - 1]);
        }
    }
}

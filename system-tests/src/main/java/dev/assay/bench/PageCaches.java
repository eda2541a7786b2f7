package dev.assay.bench;

import dev.assay.bench.Contender.Absent;
import dev.assay.bench.Contender.Present;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Empties what the kernel remembers of all files.
final class PageCaches {
    private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");
    private static final int PAGES_AND_NAMES = 3;

    private PageCaches() {}

    static Contender dropBefore(Contender contender) {
        return switch (contender) {
            case Absent absent -> absent;
            case Present present ->
                    Files.isWritable(DROP)
                            ? present.after(PageCaches::drop)
                            : new Absent(present.name(), "only root may drop the page cache");
        };
    }

    /// What was not written back yet cannot be dropped.
    private static void drop() throws IOException, InterruptedException {
        if (new ProcessBuilder("sync").start().waitFor() != 0) {
            throw new IOException("sync failed");
        }
        Files.writeString(DROP, Integer.toString(PAGES_AND_NAMES));
    }
}

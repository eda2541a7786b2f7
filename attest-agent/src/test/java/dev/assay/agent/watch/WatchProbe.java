package dev.assay.agent.watch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A program that watches a folder, writes below it, and prints what it could see.
final class WatchProbe {
    private WatchProbe() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        try (Watcher watcher = Watchers.open(folder, path -> true)) {
            Files.writeString(folder.resolve("deep/file"), "x");
            Hints hints = watcher.await(Duration.ofSeconds(5));
            System.out.println(
                    watcher.means() + " " + hints.changed() + " " + watcher.weakness().orElse("-"));
        }
    }
}

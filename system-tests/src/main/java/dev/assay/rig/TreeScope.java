package dev.assay.rig;

import dev.assay.bytes.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A scope for a tree that need not look like a host: all of it counts, and the one value of the
/// kernel that the story's intruder changes.
public final class TreeScope {
    private TreeScope() {}

    /// Writes it, and tells the file.
    public static Path write(Path folder) throws IOException {
        Map<String, Object> scope =
                Map.of(
                        "name",
                        "one-tree",
                        "version",
                        1,
                        "description",
                        "All of one tree, and one value of the kernel.",
                        "rules",
                        List.of(
                                rule("fs", "all of the tree"),
                                rule(
                                        "kernel/sysctl/kernel.kptr_restrict",
                                        "addresses of the kernel stay hidden")));
        Path file = Files.createDirectories(folder).resolve("scope.json");
        Files.writeString(file, Json.pretty(scope));
        return file;
    }

    private static Map<String, Object> rule(String path, String reason) {
        return Map.of("path", path, "class", "immutable", "reason", reason, "survivesReset", false);
    }
}

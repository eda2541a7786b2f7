package dev.assay.storm;

import dev.assay.bytes.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A host's files in small: packages that never change, and parts of every other class.
record StormTree(Path root) {
    private static final int PACKAGES = 40;
    private static final int MAX_FILE_BYTES = 3000;

    /// Folders by the class of what is in them.
    static final String IMMUTABLE = "usr/lib";

    static final String METADATA = "etc";
    static final String DATA_ONLY = "var/data";
    static final String ROTATING = "var/log";
    static final String UNMEASURED = "var/cache";

    static StormTree make(Path root, int files, RandomGenerator random) throws IOException {
        StormTree tree = new StormTree(root);
        int packaged = files * 8 / 10;
        for (int i = 0; i < packaged; i++) {
            tree.write(IMMUTABLE + "/package-" + i % PACKAGES + "/file-" + i, random);
        }
        for (int i = packaged; i < files; i++) {
            String folder = List.of(METADATA, DATA_ONLY, ROTATING, UNMEASURED).get(i % 4);
            tree.write(folder + "/file-" + i + (folder.equals(ROTATING) ? ".log" : ""), random);
        }
        return tree;
    }

    private void write(String name, RandomGenerator random) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x".repeat(random.nextInt(1, MAX_FILE_BYTES)) + random.nextInt());
    }

    /// Writes the scope, and tells the file.
    Path writeScope(Path folder) throws IOException {
        Map<String, Object> scope =
                Map.of(
                        "name",
                        "storm",
                        "version",
                        1,
                        "description",
                        "Every class that a file of a host has.",
                        "rules",
                        List.of(
                                rule("", "immutable", Map.of()),
                                rule("/" + METADATA, "metadata", Map.of()),
                                rule("/" + DATA_ONLY, "data-only", Map.of()),
                                rule("/" + ROTATING, "rotating", Map.of("names", List.of("*.log"))),
                                rule("/" + UNMEASURED, "unmeasured", Map.of())));
        Path file = folder.resolve("storm-scope.json");
        Files.writeString(file, Json.pretty(scope));
        return file;
    }

    private static Map<String, Object> rule(String path, String mutability, Map<String, ?> more) {
        Map<String, Object> rule = new HashMap<>(more);
        rule.put("path", "fs" + path);
        rule.put("class", mutability);
        rule.put("reason", "a part of the storm");
        return rule;
    }
}

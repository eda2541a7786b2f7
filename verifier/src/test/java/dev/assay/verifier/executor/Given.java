package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.signing.PrivateFiles;
import dev.assay.verifier.fleet.Reset.Remedy;
import dev.assay.verifier.reset.ResetTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.TreeMap;

/// Tasks and files for executors.
public final class Given {
    public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    public static final InstantSource CLOCK = InstantSource.fixed(NOW);
    static final String BOOT = "0b1e7c1e-0000-4000-8000-000000000001";
    static final Duration LONG = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(1_500);

    private Given() {}

    static ResetTask task() {
        return task("web-1", LONG);
    }

    static ResetTask task(String host, Duration timeout) {
        return new ResetTask(
                "r7",
                host,
                "i-0abc",
                new TreeMap<>(),
                new BootId(BOOT),
                Remedy.REPLACEMENT,
                "fs/usr/bin/ls changed",
                timeout);
    }

    static ResetTask labelled(String host, String label, String value) {
        return labelled(host, label, value, "drifted");
    }

    static ResetTask labelled(String host, String label, String value, String reason) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put(label, value);
        return new ResetTask("r7", host, null, labels, null, Remedy.RESET, reason, LONG);
    }

    /// An executable of mode 0700.
    public static Path script(Path file, String... lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        return mode(file, "rwx------");
    }

    public static Path secret(Path file, String content) throws IOException {
        PrivateFiles.writeNew(file, Bytes.utf8(content));
        return file;
    }

    public static Path mode(Path file, String permissions) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}

package dev.assay.terraform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A program of Assay as an image installs it: one executable file.
final class Launcher {
    private Launcher() {}

    /// The shell becomes the program, so that who ends one ends the other.
    static Path write(Path file, Path jar) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                """
                #!/bin/sh
                exec '%s' -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -jar '%s' "$@"
                """
                        .formatted(java, jar));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}

package dev.assay.demo;

import dev.assay.rig.SimulatedHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// Somebody with root on a host: replaces a program, plants a set-uid one, loosens the kernel; and
/// later puts everything back, hoping that nobody looked in between.
final class Intruder {
    private static final List<String> PREY =
            List.of("usr/bin/ssh", "usr/bin/sudo", "usr/bin/passwd", "usr/bin/ls", "usr/bin/cat");
    private static final String PLANTED = ".x";
    private static final int SET_UID = 04755;
    private static final String RESTRICTION = "proc/sys/kernel/kptr_restrict";

    private final SimulatedHost host;
    private final String program;
    private final String planted;
    private final Path kept;

    Intruder(SimulatedHost host, Path pocket) throws IOException {
        this.host = host;
        this.program = choose(host);
        Path folder = Path.of(program).getParent();
        this.planted = folder == null ? PLANTED : folder.resolve(PLANTED).toString();
        this.kept = pocket.resolve("kept");
        Files.copy(
                host.file(program),
                kept,
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static String choose(SimulatedHost host) throws IOException {
        for (String candidate : PREY) {
            if (host.has(candidate)) {
                return candidate;
            }
        }
        try (var files = Files.walk(host.disk())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !Files.isSymbolicLink(file))
                    .map(file -> host.disk().relativize(file).toString())
                    .sorted()
                    .findFirst()
                    .orElseThrow(() -> new IOException("the host's disk has no file to replace"));
        }
    }

    String deeds() {
        return Path.of(program).getFileName()
                + " replaced, set-uid /"
                + planted
                + ", kernel.kptr_restrict loosened";
    }

    /// The tree's names of everything that {@link #tamper} changes, sorted.
    List<String> planted() {
        return Stream.of("fs/" + planted, "fs/" + program, "kernel/sysctl/kernel.kptr_restrict")
                .sorted()
                .toList();
    }

    void tamper() throws IOException {
        Path prey = host.file(program);
        Files.write(
                prey,
                "\n# the intruder was here\n".getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.APPEND);
        Path tool = host.disk().resolve(planted);
        Files.copy(kept, tool, StandardCopyOption.REPLACE_EXISTING);
        Files.setAttribute(tool, "unix:mode", SET_UID);
        Files.writeString(host.kernel().resolve(RESTRICTION), "0\n");
    }

    /// The same change on another host.
    void tamperAlike(SimulatedHost other) throws IOException {
        Files.write(
                other.file(program),
                "\n# and here\n".getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.APPEND);
    }

    String prey() {
        return "/" + program;
    }

    void restore() throws IOException {
        Files.copy(
                kept,
                host.file(program),
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
        Files.delete(host.disk().resolve(planted));
        Files.writeString(host.kernel().resolve(RESTRICTION), "2\n");
    }
}

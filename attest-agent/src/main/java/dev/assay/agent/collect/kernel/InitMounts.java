package dev.assay.agent.collect.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/// Whether this process sees the mounts that PID 1 has. In a mount namespace of its own `/` is
/// whatever was mounted there, and what is mounted over a measured path on the host is not seen.
public final class InitMounts {
    private static final Path OF_INIT = Path.of("/proc/1/mountinfo");
    private static final Path OF_THIS = Path.of("/proc/self/mountinfo");

    private InitMounts() {}

    /// True also where the table of PID 1 is hidden (hidepid=): nobody can say then.
    public static boolean areSeen() {
        return share(OF_INIT, OF_THIS);
    }

    /// The kernel numbers the mounts of all namespaces together, and a new namespace gets copies
    /// with numbers of their own (proc_pid_mountinfo(5), field 1): two tables are of one namespace
    /// where they have any number in common, whatever is mounted between the two looks.
    static boolean share(Path table, Path other) {
        try {
            Set<String> numbers = numbers(table);
            return numbers.isEmpty() || numbers(other).stream().anyMatch(numbers::contains);
        } catch (IOException hidden) {
            return true;
        }
    }

    private static Set<String> numbers(Path table) throws IOException {
        return Files.readAllLines(table, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.substring(0, Math.max(0, line.indexOf(' '))))
                .collect(Collectors.toSet());
    }
}

package dev.assay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What a process that goes on has used so far.
///
/// @param cpu of user and system since it began; the kernel counts hundredths of a second
/// @param residentBytes now, `peakBytes` the most since it began
record Resources(Duration cpu, long residentBytes, long peakBytes) {
    /// @throws IOException where it is gone
    static Resources of(ProcessHandle process) throws IOException {
        List<String> status =
                Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"));
        Duration cpu =
                process.info()
                        .totalCpuDuration()
                        .orElseThrow(() -> new IOException("the process is gone"));
        return new Resources(cpu, bytes(status, "VmRSS"), bytes(status, "VmHWM"));
    }

    static long bytes(List<String> status, String name) throws IOException {
        String text =
                Machine.value(status, name)
                        .orElseThrow(() -> new IOException("the process has no " + name));
        return Long.parseLong(text.split(" ", 2)[0]) << 10;
    }
}

package dev.assay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What a figure means nothing without.
///
/// @param vectors the widest ones of its processor that SHA-256 could use
/// @param loadAverage of the last minute, before anything was measured
record Machine(
        String processor,
        String vectors,
        int cores,
        long memoryBytes,
        String kernel,
        String java,
        String agent,
        double loadAverage) {
    private static final List<String> VECTORS = List.of("avx512bw", "avx2", "sve", "asimd", "sse2");

    static Machine here(AgentProgram agent) throws IOException {
        List<String> cpu = Files.readAllLines(Path.of("/proc/cpuinfo"));
        return new Machine(
                value(cpu, "model name").orElse(System.getProperty("os.arch", "unknown")),
                vectors(cpu),
                allCores(),
                memoryBytes(Files.readAllLines(Path.of("/proc/meminfo"))),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.runtime.version", "unknown"),
                agent.installed() ? "as installed" : "its jar",
                Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]));
    }

    static int allCores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /// The value after `name` and a colon, of the first such line.
    static Optional<String> value(List<String> lines, String name) {
        return lines.stream()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
                .map(parts -> parts[1].strip())
                .findFirst();
    }

    static String vectors(List<String> cpu) {
        List<String> features =
                Stream.of("flags", "Features")
                        .flatMap(name -> value(cpu, name).stream())
                        .flatMap(all -> Stream.of(all.split(" ")))
                        .toList();
        return VECTORS.stream().filter(features::contains).findFirst().orElse("none known");
    }

    static long memoryBytes(List<String> meminfo) {
        return value(meminfo, "MemTotal")
                .map(total -> Long.parseLong(total.split(" ", 2)[0]) << 10)
                .orElse(0L);
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%s, %d cores, %s, %.0f GiB; %s; Java %s; load %.2f; attest-agent: %s",
                processor,
                cores,
                vectors,
                memoryBytes / (double) (1 << 30),
                kernel,
                java,
                loadAverage,
                agent);
    }
}

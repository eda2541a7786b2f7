package dev.assay.agent.digest;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// The module `jdk.incubator.vector`, brought into the running program when it is wanted.
///
/// With `--add-modules` every command would start 20 ms later, also those that measure nothing, and
/// print a warning that cannot be switched off. So it comes by the door through which the virtual
/// machine itself brings in `java.instrument`; that door is open where the program was started by
/// `java -jar` and the jar's manifest has `Add-Exports: java.base/jdk.internal.module`.
final class VectorModule {
    private static final String NAME = "jdk.incubator.vector";
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private VectorModule() {}

    /// Whether this processor can win by vectors at all. AVX2 has half as many lanes and no
    /// rotations: it beats a processor's ordinary instructions, and not its own ones for SHA-256.
    static boolean isWorthTrying() {
        Set<String> flags = processorFlags();
        return flags.containsAll(Set.of("avx512f", "avx512bw", "avx512vl"))
                || (flags.contains("avx2") && !flags.contains("sha_ni"));
    }

    private static Set<String> processorFlags() {
        try (BufferedReader lines = Files.newBufferedReader(PROCESSORS)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("flags")) {
                    return new HashSet<>(Arrays.asList(line.split("\\s+", -1)));
                }
            }
        } catch (IOException _) {
            // A processor that does not say what it can is taken for a simple one.
        }
        return Set.of();
    }

    /// @throws UnsupportedOperationException where this runtime has no such module, or keeps it
    static void load() {
        if (ModuleLayer.boot().findModule(NAME).isPresent()) {
            return;
        }
        try {
            Class.forName("jdk.internal.module.Modules")
                    .getMethod("loadModule", String.class)
                    .invoke(null, NAME);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("no module " + NAME, e);
        }
    }
}

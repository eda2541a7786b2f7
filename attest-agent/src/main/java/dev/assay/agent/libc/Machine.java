package dev.assay.agent.libc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The processors whose kernel interface this program knows.
public enum Machine {
    X86_64,
    AARCH64;

    private static final @Nullable Machine THIS = ofThis();

    private static @Nullable Machine ofThis() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return null;
        }
        return switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default -> null;
        };
    }

    /// Whether system calls can be made on this one.
    public static boolean isKnown() {
        return THIS != null;
    }

    /// A constant of the kernel's interface that is another one on each machine.
    public static int of(int onX86, int onAarch64) {
        if (THIS == null) {
            throw new UnsupportedOperationException(
                    "no system calls for " + System.getProperty("os.arch"));
        }
        return switch (THIS) {
            case X86_64 -> onX86;
            case AARCH64 -> onAarch64;
        };
    }
}

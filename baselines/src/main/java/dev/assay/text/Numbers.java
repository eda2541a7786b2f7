package dev.assay.text;

import java.util.Locale;

/// Numbers as people read them, the same in every locale.
public final class Numbers {
    private static final String[] UNITS = {"KB", "MB", "GB", "TB", "PB", "EB"};
    private static final int KILO = 1000;

    private Numbers() {}

    /// With thousands separators.
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /// `1 change`, `3 changes`.
    public static String count(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /// `512 B`, `18 KB`, `6.3 GB`, decimal, one digit after the point below ten.
    public static String bytes(long bytes) {
        if (bytes < KILO) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        // 999,950 bytes round to 1,000 KB: that is a megabyte.
        while (value >= KILO - 0.5 && unit < UNITS.length - 1) {
            value /= KILO;
            unit++;
        }
        String digits = value < 9.95 ? "%.1f %s" : "%.0f %s";
        return String.format(Locale.ROOT, digits, value, UNITS[unit]);
    }

    public static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }
}

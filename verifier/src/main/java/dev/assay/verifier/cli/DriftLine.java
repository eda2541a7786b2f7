package dev.assay.verifier.cli;

import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.text.DriftText;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One drift as it is printed. Names from a host are escaped before they reach a terminal.
record DriftLine(
        String path,
        String name,
        String change,
        String says,
        List<Attribute> attributes,
        boolean survivesReset) {
    record Attribute(String name, @Nullable String golden, @Nullable String measured) {}

    static DriftLine of(Drift drift) {
        return new DriftLine(
                drift.path().toString(),
                DriftText.name(drift.path()),
                drift.change().name().toLowerCase(Locale.ROOT),
                DriftText.detail(drift),
                drift.attributes().stream()
                        .map(
                                change ->
                                        new Attribute(
                                                change.name(),
                                                text(change.golden()),
                                                text(change.measured())))
                        .toList(),
                drift.survivesReset());
    }

    private static @Nullable String text(@Nullable Bytes value) {
        return value == null ? null : value.toString();
    }

    String line() {
        return String.format(
                        Locale.ROOT, "%-10s %-40s %s", change.toUpperCase(Locale.ROOT), name, says)
                .stripTrailing();
    }
}

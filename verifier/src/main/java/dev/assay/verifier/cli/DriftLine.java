package dev.assay.verifier.cli;

import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One drift as it is printed. Names from a host are escaped before they reach a terminal.
record DriftLine(String path, String change, List<Attribute> attributes, boolean survivesReset) {
    private static final int BRIEF_CHARS = 24;

    record Attribute(String name, @Nullable String golden, @Nullable String measured) {}

    static DriftLine of(Drift drift) {
        return new DriftLine(
                drift.path().toString(),
                drift.change().name().toLowerCase(Locale.ROOT),
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
                        Locale.ROOT,
                        "%-10s %-48s %s",
                        change.toUpperCase(Locale.ROOT),
                        path,
                        attributes.stream()
                                .map(
                                        attribute ->
                                                attribute.name()
                                                        + " "
                                                        + brief(attribute.golden())
                                                        + "→"
                                                        + brief(attribute.measured()))
                                .collect(Collectors.joining(", ")))
                .stripTrailing();
    }

    private static String brief(@Nullable String value) {
        if (value == null) {
            return "none";
        }
        return value.length() <= BRIEF_CHARS ? value : value.substring(0, 8) + "…";
    }
}

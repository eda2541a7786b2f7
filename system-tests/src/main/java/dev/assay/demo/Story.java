package dev.assay.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The timeline: each line with the seconds since the first, printed as it happens or kept for one
/// document.
final class Story {
    /// @param seconds since the story began
    record Line(double seconds, String text, List<String> details) {}

    private final @Nullable PrintStream out;
    private final List<Line> lines = new ArrayList<>();
    private @Nullable Instant begun;

    /// @param out null where nothing is to be printed
    Story(@Nullable PrintStream out) {
        this.out = out;
    }

    void begin() {
        begun = Instant.now();
    }

    double seconds() {
        return begun == null ? 0 : Duration.between(begun, Instant.now()).toMillis() / 1000.0;
    }

    void tell(String text, List<String> details) {
        Line line = new Line(seconds(), text, List.copyOf(details));
        lines.add(line);
        if (out != null) {
            out.printf(Locale.ROOT, "%5.1fs  %s%n", line.seconds(), text);
            details.forEach(detail -> out.println("          " + detail));
            out.flush();
        }
    }

    void tell(String text) {
        tell(text, List.of());
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }
}

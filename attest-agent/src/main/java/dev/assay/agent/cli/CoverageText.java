package dev.assay.agent.cli;

import dev.assay.agent.measure.Measurement;
import dev.assay.baseline.Coverage;
import dev.assay.text.Numbers;
import java.io.PrintWriter;
import java.util.Locale;

/// How much was measured, for people.
final class CoverageText {
    private CoverageText() {}

    /// `Covered 123,556 files, 6.3 GB, 2.7 s. Not measured: 41 files (--coverage)`.
    static String covered(Measurement measurement) {
        return "Covered "
                + Numbers.count(measurement.files(), "file")
                + ", "
                + Numbers.bytes(measurement.coverage().total().bytes())
                + ", "
                + Numbers.seconds(measurement.seconds())
                + ". Not measured: "
                + Numbers.count(measurement.notMeasured(), "file")
                + " (--coverage)";
    }

    static void classes(Coverage coverage, PrintWriter out) {
        coverage.classes()
                .forEach(
                        (mutability, count) ->
                                out.println(
                                        String.format(
                                                Locale.ROOT,
                                                "%-12s %12s  %s",
                                                mutability.wire(),
                                                Numbers.count(count.entries()),
                                                Numbers.bytes(count.bytes()))));
    }

    static void notMeasured(Measurement measurement, PrintWriter out) {
        for (Coverage.NotMeasured one : measurement.coverage().notMeasured()) {
            out.println("  not measured: " + one.path() + "  " + one.reason());
        }
        long more = measurement.notMeasured() - measurement.coverage().notMeasured().size();
        if (more > 0) {
            out.println("  and " + Numbers.count(more) + " more");
        }
    }
}

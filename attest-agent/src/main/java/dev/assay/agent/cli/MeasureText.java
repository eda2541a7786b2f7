package dev.assay.agent.cli;

import dev.assay.agent.measure.Measurement;
import dev.assay.text.DriftText;
import java.io.PrintWriter;
import java.util.Locale;

/// What `measure` prints for people.
final class MeasureText {
    private MeasureText() {}

    static void print(
            MeasureDocument document, Measurement measurement, boolean coverage, PrintWriter out) {
        line(out, "root", document.digest().hex());
        document.subtrees().forEach((name, digest) -> line(out, name, digest.hex()));
        CoverageText.classes(measurement.coverage(), out);
        for (MeasureDocument.Undetermined one : document.undetermined()) {
            out.println(
                    "  " + DriftText.name(one.path()) + "  " + one.kind() + ": " + one.reason());
        }
        out.println(CoverageText.covered(measurement));
        if (coverage) {
            CoverageText.notMeasured(measurement, out);
        }
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(String.format(Locale.ROOT, "%-12s %s", name, value));
    }
}

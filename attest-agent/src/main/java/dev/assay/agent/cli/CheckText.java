package dev.assay.agent.cli;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.text.DriftText;
import dev.assay.text.Numbers;
import dev.assay.tree.NodePath;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What `check` prints for people.
final class CheckText {
    private static final int MAX_LINES = 200;
    private static final int MAX_NAME_COLUMNS = 60;
    private static final int GAP = 4;
    private static final int MIN_CHANGE_COLUMNS = "CHANGED".length();
    private static final String INDENT = "  ";

    /// The count in the first line stands a little to the right of the details.
    private static final int COUNT_INDENT = 3;

    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final boolean colour;
    private final Function<NodePath, Optional<Bytes>> start;

    /// @param start the first bytes of an added file
    CheckText(PrintWriter out, boolean colour, Function<NodePath, Optional<Bytes>> start) {
        this.out = out;
        this.colour = colour;
        this.start = start;
    }

    void print(Check.Outcome outcome, boolean coverage) {
        Baseline baseline = outcome.baseline().value();
        String name = baseline.channel() + " #" + baseline.serial();
        List<Drift> shown =
                outcome.drifts().subList(0, Math.min(MAX_LINES, outcome.drifts().size()));
        Columns columns = Columns.of(shown);
        switch (outcome.verdict()) {
            case GOLDEN -> out.println(paint(GREEN, "GOLDEN") + " " + name);
            case DRIFTED -> head(RED, "DRIFTED", " from " + name, columns, changes(outcome));
            case UNDETERMINED ->
                    head(
                            YELLOW,
                            "UNDETERMINED",
                            " from " + name,
                            columns,
                            Numbers.count(outcome.total(), "path"));
        }
        shown.forEach(drift -> line(drift, columns));
        if (outcome.total() > shown.size()) {
            long more = outcome.total() - shown.size();
            out.println("  and " + Numbers.count(more) + " more (--json)");
        }
        out.println(CoverageText.covered(outcome.measurement()));
        if (coverage) {
            CoverageText.classes(outcome.measurement().coverage(), out);
            CoverageText.notMeasured(outcome.measurement(), out);
        }
        remedy(outcome);
    }

    private static String changes(Check.Outcome outcome) {
        long changes = outcome.total() - outcome.undetermined();
        String text = Numbers.count(changes, "change");
        return outcome.undetermined() == 0
                ? text
                : text + ", " + Numbers.count(outcome.undetermined()) + " undetermined";
    }

    /// Characters that the change with its indent, and the name, take.
    private record Columns(int change, int name) {
        static Columns of(List<Drift> drifts) {
            int change =
                    drifts.stream()
                            .mapToInt(drift -> drift.change().name().length())
                            .max()
                            .orElse(0);
            return new Columns(
                    INDENT.length() + Math.max(change, MIN_CHANGE_COLUMNS) + INDENT.length(),
                    nameColumn(drifts));
        }
    }

    private static int nameColumn(List<Drift> drifts) {
        return GAP
                + drifts.stream()
                        .mapToInt(drift -> DriftText.name(drift.path()).length())
                        .filter(length -> length <= MAX_NAME_COLUMNS)
                        .max()
                        .orElse(0);
    }

    private void head(String code, String word, String rest, Columns columns, String count) {
        int length = word.length() + rest.length();
        int wanted = columns.change() + columns.name() + COUNT_INDENT;
        String gap = " ".repeat(Math.max(GAP, wanted - length));
        out.println(paint(code, word) + rest + gap + count);
    }

    private void line(Drift drift, Columns columns) {
        String change = pad(INDENT + drift.change().name(), columns.change());
        String name = pad(DriftText.name(drift.path()), columns.name());
        String owner = drift.owner() == null ? "" : "   " + drift.owner();
        String code = drift.isUndetermined() ? YELLOW : RED;
        out.println(paint(code, change) + name + DriftText.detail(drift, start) + owner);
    }

    /// At least one space, also after what is longer than its column.
    private static String pad(String text, int columns) {
        return text + " ".repeat(Math.max(1, columns - text.length()));
    }

    private void remedy(Check.Outcome outcome) {
        switch (outcome.verdict()) {
            case GOLDEN -> {}
            case DRIFTED -> {
                long changes = outcome.total() - outcome.undetermined();
                out.println(
                        outcome.surviving() == 0
                                ? "Survives a reboot: none → remedy: reset"
                                : "Survives a reboot: "
                                        + Numbers.count(outcome.surviving())
                                        + " of "
                                        + Numbers.count(changes)
                                        + " → remedy: replacement");
            }
            case UNDETERMINED ->
                    out.println("Could not determine whether it is golden: run as root, at rest");
        }
    }

    private String paint(String code, String text) {
        return colour ? code + text + PLAIN : text;
    }
}

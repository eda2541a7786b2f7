package dev.assay.verifier.cli;

import java.util.ArrayList;
import java.util.List;

/// Text in lines of at most {@link #WIDTH} characters. A word that is longer is cut: a path from a
/// host does not make the terminal's width, and `--json` has it whole.
final class Wrapped {
    static final int WIDTH = 100;
    private static final String CUT = "…";

    private Wrapped() {}

    /// Words one after the other, each line behind the same indent.
    static List<String> of(String indent, String text) {
        return of(indent, indent, text);
    }

    static List<String> of(String first, String indent, String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(first);
        int start = line.length();
        for (String word : text.split(" ", -1)) {
            String fitting = cut(word, WIDTH - indent.length());
            if (line.length() > start && line.length() + 1 + fitting.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(indent);
                start = line.length();
            }
            line.append(line.length() > start ? " " : "").append(fitting);
        }
        lines.add(line.toString());
        return lines;
    }

    /// The end of a path says more than its middle.
    static String cut(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int head = width / 2;
        return text.substring(0, head)
                + CUT
                + text.substring(text.length() - (width - head - CUT.length()));
    }
}

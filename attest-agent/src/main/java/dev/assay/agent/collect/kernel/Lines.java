package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;

/// Splits bytes, which hostile names in them may keep from being text.
final class Lines {
    private Lines() {}

    /// The lines, without an empty one at the end.
    static List<Bytes> of(Bytes text) {
        return split(text, '\n');
    }

    static List<Bytes> words(Bytes line) {
        return split(line, ' ');
    }

    private static List<Bytes> split(Bytes text, char separator) {
        List<Bytes> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.at(i) == separator) {
                parts.add(text.slice(start, i));
                start = i + 1;
            }
        }
        if (start < text.length()) {
            parts.add(text.slice(start, text.length()));
        }
        return parts;
    }
}

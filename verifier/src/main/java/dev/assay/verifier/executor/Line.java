package dev.assay.verifier.executor;

import dev.assay.bytes.EscapedText;
import org.jspecify.annotations.Nullable;

/// One line for people, of words that may come from anywhere.
final class Line {
    static final int MAX_CHARS = 300;

    private Line() {}

    static String of(@Nullable String text) {
        String printable = EscapedText.printable(text == null ? "no reason given" : text);
        return printable.length() <= MAX_CHARS
                ? printable
                : printable.substring(0, MAX_CHARS) + " …";
    }
}

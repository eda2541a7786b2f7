package dev.assay.verifier.collect;

import java.util.List;
import java.util.stream.Collectors;

/// Words as a shell of any kind takes them: whatever is in them, each is one word.
final class Shell {
    private Shell() {}

    static String quoted(List<String> words) {
        return words.stream().map(Shell::quoted).collect(Collectors.joining(" "));
    }

    /// @throws IllegalArgumentException for a control: shells differ in what a line break within
    ///   quotes is
    static String quoted(String word) {
        if (word.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a control character cannot be told to a shell");
        }
        return "'" + word.replace("'", "'\\''") + "'";
    }
}

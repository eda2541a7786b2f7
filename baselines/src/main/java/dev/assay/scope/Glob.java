package dev.assay.scope;

import dev.assay.bytes.Bytes;
import java.io.ByteArrayOutputStream;

/// A pattern for one name, over bytes: `*` any run, `?` one byte, `[a-z0-9]` one byte of a set,
/// `[!…]` one not of it, `\` takes the next byte as it is. Matched without backtracking deeper than
/// the last star, so no name makes it slow.
public record Glob(Bytes pattern) {
    private static final String SIGNS = "*?[\\";

    /// @throws IllegalArgumentException where a set or an escape is not closed
    public Glob {
        for (int i = 0; i < pattern.length(); i = next(pattern, i)) {}
    }

    public static Glob of(String pattern) {
        return new Glob(Bytes.utf8(pattern));
    }

    /// Matches this one name.
    public static Glob naming(Bytes name) {
        ByteArrayOutputStream escaped = new ByteArrayOutputStream();
        for (int i = 0; i < name.length(); i++) {
            if (SIGNS.indexOf(name.at(i)) >= 0) {
                escaped.write('\\');
            }
            escaped.write(name.at(i));
        }
        return new Glob(Bytes.copyOf(escaped.toByteArray()));
    }

    public boolean isLiteral() {
        for (int i = 0; i < pattern.length(); i++) {
            if (SIGNS.indexOf(pattern.at(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    public boolean matches(Bytes name) {
        int p = 0;
        int n = 0;
        int starPattern = -1;
        int starName = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.at(p) == '*') {
                starPattern = ++p;
                starName = n;
            } else if (p < pattern.length() && matchesOne(p, name.at(n))) {
                p = next(pattern, p);
                n++;
            } else if (starPattern >= 0) {
                p = starPattern;
                n = ++starName;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.at(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private boolean matchesOne(int p, byte b) {
        return switch (pattern.at(p)) {
            case '?' -> true;
            case '[' -> inSet(p, b);
            case '\\' -> pattern.at(p + 1) == b;
            default -> pattern.at(p) == b;
        };
    }

    private boolean inSet(int p, byte b) {
        int end = next(pattern, p) - 1;
        int from = p + 1;
        boolean negated = pattern.at(from) == '!';
        if (negated) {
            from++;
        }
        boolean found = false;
        for (int i = from; i < end; i++) {
            int low = pattern.at(i) & 0xff;
            int high = low;
            if (i + 2 < end && pattern.at(i + 1) == '-') {
                high = pattern.at(i + 2) & 0xff;
                i += 2;
            }
            int value = b & 0xff;
            found |= low <= value && value <= high;
        }
        return found != negated;
    }

    /// The index after the element at `p`.
    private static int next(Bytes pattern, int p) {
        int end =
                switch (pattern.at(p)) {
                    case '\\' -> p + 2;
                    case '[' -> endOfSet(pattern, p);
                    default -> p + 1;
                };
        if (end > pattern.length()) {
            throw new IllegalArgumentException("pattern ends within an element");
        }
        return end;
    }

    private static int endOfSet(Bytes pattern, int p) {
        int i = p + 1;
        if (i < pattern.length() && pattern.at(i) == '!') {
            i++;
        }
        for (i++; i < pattern.length(); i++) {
            if (pattern.at(i) == ']') {
                return i + 1;
            }
        }
        return pattern.length() + 1;
    }

    @Override
    public String toString() {
        return pattern.toString();
    }
}

package dev.assay.bytes;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes as text that can be read, printed on a terminal and turned back: well-formed UTF-8 stays
/// as it is; `%`, what is in the table below and every byte that is not part of well-formed UTF-8
/// become `%XX` (FORMAT.md, section 2). A file name with an escape sequence in it cannot take over
/// a terminal. The text of a path is the text of its segments, joined.
public final class EscapedText {
    /// First and last code point of each range that is escaped: controls, what is formatting (such
    /// as bidirectional overrides) or invisible, separators of lines, private use, noncharacters.
    /// They would let a name rewrite the line that accuses it, or look like another.
    ///
    /// A table, and not the runtime's idea of Unicode: two versions of it must give one text.
    private static final int[] ESCAPED = {
        0x0000, 0x001f, '%', '%', 0x007f, 0x009f, 0x00ad, 0x00ad, 0x034f, 0x034f, 0x0600, 0x0605,
        0x061c, 0x061c, 0x06dd, 0x06dd, 0x070f, 0x070f, 0x0890, 0x0891, 0x08e2, 0x08e2, 0x115f,
        0x1160, 0x17b4, 0x17b5, 0x180b, 0x180f, 0x200b, 0x200f, 0x2028, 0x202e, 0x2060, 0x206f,
        0x3164, 0x3164, 0xe000, 0xf8ff, 0xfdd0, 0xfdef, 0xfe00, 0xfe0f, 0xfeff, 0xfeff, 0xffa0,
        0xffa0, 0xfff0, 0xfffb, 0xfffe, 0xffff, 0x110bd, 0x110bd, 0x110cd, 0x110cd, 0x13430,
        0x1343f, 0x1bca0, 0x1bca3, 0x1d173, 0x1d17a, 0xe0000, 0x10ffff,
    };

    private EscapedText() {}

    public static String of(Bytes bytes) {
        StringBuilder out = new StringBuilder(bytes.length() + 8);
        for (int at = 0; at < bytes.length(); ) {
            int point = codePoint(bytes, at);
            int length = point < 0 ? 1 : utf8Length(point);
            if (point < 0 || mustEscape(point)) {
                for (int i = at; i < at + length; i++) {
                    appendEscape(out, bytes.at(i));
                }
            } else {
                out.appendCodePoint(point);
            }
            at += length;
        }
        return out.toString();
    }

    /// The bytes that {@link #of} gave the text for. Exactly one text stands for given bytes; any
    /// other spelling is refused, so that a name cannot appear twice under two spellings.
    public static Bytes parse(String text) throws MalformedInputException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        for (int at = 0; at < text.length(); ) {
            char c = text.charAt(at);
            if (c == '%') {
                if (at + 3 > text.length()) {
                    throw new MalformedInputException("escape cut short");
                }
                out.write(hexDigit(text.charAt(at + 1)) << 4 | hexDigit(text.charAt(at + 2)));
                at += 3;
            } else if (c < 0x80) {
                out.write(c);
                at++;
            } else {
                int point = text.codePointAt(at);
                if (isSurrogate(point)) {
                    throw new MalformedInputException("lone surrogate in text");
                }
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(point);
            }
        }
        Bytes bytes = Bytes.copyOf(out.toByteArray());
        if (!of(bytes).equals(text)) {
            throw new MalformedInputException("text is not in its one canonical spelling");
        }
        return bytes;
    }

    /// Text that was text before, made safe to print: the same characters escaped, but `%` left as
    /// it is. It cannot be turned back.
    public static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> isSurrogate(point) ? 0xfffd : point)
                .forEach(
                        point -> {
                            if (point == '%' || !mustEscape(point)) {
                                out.appendCodePoint(point);
                            } else {
                                out.append(of(Bytes.utf8(Character.toString(point))));
                            }
                        });
        return out.toString();
    }

    private static boolean isSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    private static boolean mustEscape(int point) {
        int found = Arrays.binarySearch(ESCAPED, point);
        // Inside a range where an odd number of ends lies before the point; the last two code
        // points
        // of every plane are noncharacters.
        return found >= 0 || (-found - 1) % 2 == 1 || (point & 0xfffe) == 0xfffe;
    }

    /// The code point whose well-formed UTF-8 (Unicode, table 3-7) begins at `at`, or -1.
    private static int codePoint(Bytes bytes, int at) {
        int first = bytes.at(at) & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (length == 0 || at + length > bytes.length()) {
            return -1;
        }
        int point = first & 0x7f >> length;
        for (int i = at + 1; i < at + length; i++) {
            if ((bytes.at(i) & 0xc0) != 0x80) {
                return -1;
            }
            point = point << 6 | bytes.at(i) & 0x3f;
        }
        boolean overlong = utf8Length(point) != length;
        return overlong || isSurrogate(point) || point > Character.MAX_CODE_POINT ? -1 : point;
    }

    private static int utf8Length(int point) {
        return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    }

    private static void appendEscape(StringBuilder out, byte value) {
        out.append('%');
        out.append(Character.toUpperCase(Character.forDigit(value >> 4 & 0xf, 16)));
        out.append(Character.toUpperCase(Character.forDigit(value & 0xf, 16)));
    }

    private static int hexDigit(char c) throws MalformedInputException {
        int digit = Character.digit(c, 16);
        if (digit < 0 || c >= 0x80) {
            throw new MalformedInputException("escape is not hex");
        }
        return digit;
    }
}

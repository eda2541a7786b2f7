package dev.assay.bytes;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Bytes as text that can be read, printed on a terminal and turned back: UTF-8 stays as it is;
/// `%`, control characters and every byte that is not part of valid UTF-8 become `%XX` (FORMAT.md,
/// section 2). A file name with an escape sequence in it cannot take over a terminal.
public final class EscapedText {
    private EscapedText() {}

    public static String of(Bytes bytes) {
        StringBuilder out = new StringBuilder(bytes.length() + 8);
        int at = 0;
        while (at < bytes.length()) {
            int length = sequenceLength(bytes, at);
            String text = length == 0 ? null : decode(bytes, at, length);
            if (text == null || mustEscape(text.codePointAt(0))) {
                int escaped = Math.max(1, length);
                for (int i = at; i < at + escaped; i++) {
                    appendEscape(out, bytes.at(i));
                }
                at += escaped;
            } else {
                out.append(text);
                at += length;
            }
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
                if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
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

    /// Control, format (bidirectional overrides), separators and unassigned characters would let a
    /// name rewrite the line that accuses it.
    private static boolean mustEscape(int point) {
        if (point < 0x80) {
            return point < 0x20 || point == 0x7f || point == '%';
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    true;
            default -> false;
        };
    }

    private static int sequenceLength(Bytes bytes, int at) {
        int first = bytes.at(at) & 0xff;
        int length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        return at + length <= bytes.length() ? length : 0;
    }

    private static @Nullable String decode(Bytes bytes, int at, int length) {
        if (length == 1) {
            return Character.toString(bytes.at(at));
        }
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        try {
            CharBuffer text = decoder.decode(ByteBuffer.wrap(bytes.toArray(), at, length));
            return text.toString();
        } catch (CharacterCodingException e) {
            return null;
        }
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

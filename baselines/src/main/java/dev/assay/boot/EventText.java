package dev.assay.boot;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import java.nio.charset.StandardCharsets;

/// What an event says, as far as it is text, for people to read.
public final class EventText {
    private static final int MAX_CHARS = 120;

    private EventText() {}

    public static String of(BootEvent event) {
        String text = text(event.said());
        String start = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + " …" : text;
        return EscapedText.printable(start);
    }

    private static String text(Bytes said) {
        byte[] bytes = said.toArray();
        int length = bytes.length;
        if (length > 1 && length % 2 == 0 && isWide(bytes)) {
            return withoutEnd(new String(bytes, StandardCharsets.UTF_16LE));
        }
        String narrow = withoutEnd(said.lossyText());
        boolean isText = !narrow.isEmpty() && narrow.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        return isText ? narrow : "";
    }

    private static boolean isWide(byte[] bytes) {
        for (int i = 0; i < bytes.length; i += 2) {
            boolean isEnd = bytes[i] == 0 && i == bytes.length - 2;
            if (bytes[i + 1] != 0 || bytes[i] < ' ' && !isEnd) {
                return false;
            }
        }
        return true;
    }

    private static String withoutEnd(String text) {
        return text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
    }
}

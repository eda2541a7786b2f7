package dev.assay.bytes;

import org.jspecify.annotations.Nullable;

/// Input from outside that is not what it claims to be. The message names the field and the reason,
/// never the whole input, so that it can be logged and answered as it is: what a library quotes of
/// the input is cut short and cannot steer a terminal.
public final class MalformedInputException extends Exception {
    public static final int MAX_MESSAGE_CHARS = 400;

    private static final long serialVersionUID = 1L;

    public MalformedInputException(@Nullable String reason) {
        super(printable(reason));
    }

    public MalformedInputException(@Nullable String reason, Throwable cause) {
        super(printable(reason), cause);
    }

    private static String printable(@Nullable String reason) {
        String text = reason == null ? "malformed" : reason;
        boolean fits = text.length() <= MAX_MESSAGE_CHARS;
        String start = fits ? text : text.substring(0, MAX_MESSAGE_CHARS) + " …";
        return EscapedText.printable(start);
    }
}

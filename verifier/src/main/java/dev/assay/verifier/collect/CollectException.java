package dev.assay.verifier.collect;

import dev.assay.bytes.EscapedText;
import java.util.List;

/// There is no capture.
public final class CollectException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_CHARS = 500;

    /// Whether another try can end otherwise with nothing changed.
    public enum Kind {
        /// The host was not reached, fell silent or took too long.
        UNDETERMINED,
        /// The host, or what it sent, was refused; or it refused us.
        REFUSED
    }

    private final Kind kind;
    private final transient List<String> details;

    CollectException(Kind kind, String message, List<String> details) {
        super(safe(message));
        this.kind = kind;
        this.details = details.stream().map(CollectException::safe).toList();
    }

    /// Words may be a host's.
    private static String safe(String text) {
        String printable = EscapedText.printable(text);
        return printable.length() <= MAX_CHARS
                ? printable
                : printable.substring(0, MAX_CHARS) + " …";
    }

    static CollectException refused(String message) {
        return new CollectException(Kind.REFUSED, message, List.of());
    }

    static CollectException undetermined(String message) {
        return new CollectException(Kind.UNDETERMINED, message, List.of());
    }

    public Kind kind() {
        return kind;
    }

    /// Lines for people, safe to print.
    public List<String> details() {
        return details == null ? List.of() : details;
    }
}

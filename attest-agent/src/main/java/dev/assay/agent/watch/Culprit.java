package dev.assay.agent.watch;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import org.jspecify.annotations.Nullable;

/// Who made a change, as far as `/proc` knew a moment later. Unattested: a process can be gone,
/// have become another program, or have had another do it.
///
/// @param program what `/proc/PID/exe` leads to, printable and cut; empty where it was gone
/// @param loginUid who logged in, whatever user it is now; null where nobody did
/// @param container the id in its control group's path; null where there is none
public record Culprit(
        long pid, String program, @Nullable Long loginUid, @Nullable String container) {
    static final int MAX_PROGRAM_CHARS = 256;

    public Culprit {
        program = cut(program);
        container = container == null ? null : cut(container);
    }

    private static String cut(String text) {
        String printable = EscapedText.printable(text);
        return printable.length() <= MAX_PROGRAM_CHARS
                ? printable
                : printable.substring(0, MAX_PROGRAM_CHARS);
    }

    static String printable(Bytes path) {
        return EscapedText.of(path);
    }
}

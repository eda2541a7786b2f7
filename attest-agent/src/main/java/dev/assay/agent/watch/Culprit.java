package dev.assay.agent.watch;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import org.jspecify.annotations.Nullable;

/// Who made a change, as far as `/proc` knew a moment later. Unattested: a process can be gone,
/// have become another program, or have had another do it.
///
/// @param program what `/proc/PID/exe` leads to, as {@link EscapedText}; empty where it was gone
/// @param loginUid who logged in, whatever user it is now; null where nobody did
/// @param container the id in its control group's path, in hex; null where there is none
public record Culprit(
        long pid, String program, @Nullable Long loginUid, @Nullable String container) {
    static final int MAX_PROGRAM_CHARS = 256;

    /// @param program the bytes of its path, of which those are kept that fit
    static Culprit of(
            long pid, Bytes program, @Nullable Long loginUid, @Nullable String container) {
        Bytes kept = program.slice(0, Math.min(program.length(), MAX_PROGRAM_CHARS));
        String text = EscapedText.of(kept);
        while (text.length() > MAX_PROGRAM_CHARS) {
            kept = kept.slice(0, kept.length() - 1);
            text = EscapedText.of(kept);
        }
        return new Culprit(pid, text, loginUid, container);
    }
}

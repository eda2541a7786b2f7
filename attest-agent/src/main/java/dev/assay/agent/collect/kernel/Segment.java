package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import java.io.ByteArrayOutputStream;
import java.util.Locale;

/// Any bytes as one segment of a {@link dev.assay.tree.NodePath}, so that no two byte strings get
/// the same one: `%`, `/` and NUL become `%XX`, the empty string `%`, `.` and `..` are escaped
/// whole, and what is longer than {@link #MAX_BYTES} keeps its start and gets `%~` and the hex
/// SHA-256 of all of it. Without this a parameter named `../../fs/usr` would be measured under
/// somebody else's name.
final class Segment {
    static final int MAX_BYTES = 1024;

    private static final Bytes EMPTY = Bytes.utf8("%");
    private static final Bytes DOT = Bytes.utf8(".");
    private static final Bytes DOTS = Bytes.utf8("..");

    private Segment() {}

    static Bytes of(String name) {
        return of(Bytes.utf8(name));
    }

    static Bytes of(Bytes name) {
        if (name.isEmpty()) {
            return EMPTY;
        }
        boolean dots = name.equals(DOT) || name.equals(DOTS);
        int kept = Math.min(name.length(), MAX_BYTES);
        ByteArrayOutputStream out = new ByteArrayOutputStream(kept + 16);
        for (int i = 0; i < kept; i++) {
            byte b = name.at(i);
            if (dots || b == '%' || b == '/' || b == 0) {
                out.writeBytes(
                        Bytes.utf8(String.format(Locale.ROOT, "%%%02X", b & 0xff)).toArray());
            } else {
                out.write(b);
            }
        }
        if (kept < name.length()) {
            out.writeBytes(Bytes.utf8("%~" + Digest.ofContent(name).hex()).toArray());
        }
        return Bytes.copyOf(out.toByteArray());
    }
}

package dev.assay.agent.collect.packages;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Lines of a stream. One that is longer than {@link #MAX_LINE_BYTES} is passed over; after
/// `maxBytes` the stream counts as ended.
final class BoundedLines {
    static final int MAX_LINE_BYTES = 16 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[64 << 10];
    private final byte[] line = new byte[MAX_LINE_BYTES];
    private long left;
    private int at;
    private int end;

    BoundedLines(InputStream in, long maxBytes) {
        this.in = in;
        this.left = maxBytes;
    }

    /// The next line without its line feed; null at the end.
    @Nullable Bytes next() throws IOException {
        int length = 0;
        boolean any = false;
        while (at < end || fill()) {
            byte b = buffer[at++];
            any = true;
            if (b != '\n') {
                if (length < MAX_LINE_BYTES) {
                    line[length] = b;
                }
                length = Math.min(length + 1, MAX_LINE_BYTES + 1);
            } else if (length <= MAX_LINE_BYTES) {
                return Bytes.copyOf(line, 0, length);
            } else {
                length = 0;
                any = false;
            }
        }
        return any && length <= MAX_LINE_BYTES ? Bytes.copyOf(line, 0, length) : null;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = left <= 0 ? -1 : in.read(buffer, 0, (int) Math.min(buffer.length, left));
        left -= Math.max(end, 0);
        return end > 0;
    }
}

package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// What is kept of a stream of any length: its beginning, where a program says what it does, and
/// its end, where it says how that went.
final class KeptOutput {
    private static final int KEPT_BYTES = 8192;

    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private byte[] tail = new byte[0];
    private long total;

    synchronized void add(byte[] buffer, int length) {
        head.write(buffer, 0, Math.min(length, KEPT_BYTES - head.size()));
        total += length;
        int fresh = Math.min(length, KEPT_BYTES);
        int old = Math.min(tail.length, KEPT_BYTES - fresh);
        byte[] next = new byte[old + fresh];
        System.arraycopy(tail, tail.length - old, next, 0, old);
        System.arraycopy(buffer, length - fresh, next, old, fresh);
        tail = next;
    }

    synchronized long total() {
        return total;
    }

    /// Escaped, and at most so long.
    synchronized String text(int maxChars) {
        String begin = escaped(head.toByteArray());
        if (total <= KEPT_BYTES && begin.length() <= maxChars) {
            return begin;
        }
        String end = escaped(tail);
        String between = " … ";
        int half = (maxChars - between.length()) / 2;
        return begin.substring(0, Math.min(half, begin.length()))
                + between
                + end.substring(Math.max(0, end.length() - half));
    }

    /// The last line that holds anything; null where there is none, or where its beginning is no
    /// longer known.
    synchronized @Nullable Bytes lastLine() {
        int end = tail.length;
        while (end > 0 && (tail[end - 1] == '\n' || tail[end - 1] == '\r')) {
            end--;
        }
        int begin = end;
        while (begin > 0 && tail[begin - 1] != '\n') {
            begin--;
        }
        boolean cut = begin == 0 && total > tail.length;
        return cut || begin == end ? null : Bytes.copyOf(tail, begin, end);
    }

    /// Of both streams together, which shows the second where there is any.
    static String text(KeptOutput out, KeptOutput err, int maxChars) {
        if (err.total() == 0) {
            return out.text(maxChars);
        }
        String separator = " | stderr: ";
        String complaints = err.text(maxChars / 2);
        int room = maxChars - separator.length() - complaints.length();
        return out.text(room) + separator + complaints;
    }

    private static String escaped(byte[] bytes) {
        return EscapedText.of(Bytes.copyOf(bytes));
    }
}

package dev.assay.verifier.collect;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a capture says on standard error, line by line: how far it is, and everything else, of
/// which the beginning and the end are kept, escaped.
final class SpokenLines {
    private static final Pattern PROGRESS =
            Pattern.compile("progress: ([0-9]{1,18}) files, ([0-9]{1,18}) bytes");
    private static final int MAX_LINE_BYTES = 1000;
    private static final int MAX_LINE_CHARS = 300;
    private static final int KEPT = 30;

    /// Told files and bytes.
    interface Progress {
        void reached(long files, long bytes);
    }

    private final Progress progress;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> first = new ArrayList<>();
    private final Deque<String> last = new ArrayDeque<>();
    private long left;

    SpokenLines(Progress progress) {
        this.progress = progress;
    }

    synchronized void add(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                end();
            } else if (line.size() < MAX_LINE_BYTES) {
                line.write(bytes[i]);
            }
        }
    }

    private void end() {
        String text = Bytes.copyOf(line.toByteArray()).lossyText();
        line.reset();
        Matcher matcher = PROGRESS.matcher(text);
        if (matcher.matches()) {
            progress.reached(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
        } else if (!text.isBlank()) {
            keep(EscapedText.printable(text.stripTrailing()));
        }
    }

    private void keep(String text) {
        String brief =
                text.length() <= MAX_LINE_CHARS ? text : text.substring(0, MAX_LINE_CHARS) + " …";
        if (first.size() < KEPT) {
            first.add(brief);
            return;
        }
        last.add(brief);
        if (last.size() > KEPT) {
            last.removeFirst();
            left++;
        }
    }

    /// What was kept, in order.
    synchronized List<String> kept() {
        if (line.size() > 0) {
            end();
        }
        List<String> all = new ArrayList<>(first);
        if (left > 0) {
            all.add("… " + left + " lines …");
        }
        all.addAll(last);
        return all;
    }
}

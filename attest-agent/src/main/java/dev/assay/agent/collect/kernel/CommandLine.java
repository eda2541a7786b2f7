package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The kernel command line, split as `next_arg()` of the kernel's `lib/cmdline.c` splits it: blanks
/// separate, double quotes hold them together and are dropped around a value or a whole parameter.
///
/// One key has one leaf: its values in order, joined by `,`; a flag (a key without `=`) has the
/// empty value. Because that alone is ambiguous, and `module.sig_enforce` switches on what
/// `module.sig_enforce=` leaves off, every key but a single flag or a single non-empty value also
/// has the attribute {@link #FORM}: for each occurrence `-` for a flag, else the value's length.
///
/// What stands behind `--` is for init, not for the kernel, and becomes the value of the key `--`:
/// else moving `lockdown=integrity` behind it would switch it off without a trace.
final class CommandLine {
    static final String FORM = "form";
    static final Bytes INIT = Bytes.utf8("--");

    private final Map<Bytes, List<Optional<Bytes>>> parameters = new LinkedHashMap<>();
    private final Bytes line;
    private int at;

    private CommandLine(Bytes line) {
        this.line = line;
    }

    static CommandLine parse(Bytes line) {
        CommandLine parsed = new CommandLine(line);
        parsed.skipBlanks();
        while (parsed.at < line.length() && parsed.next()) {}
        return parsed;
    }

    Map<Bytes, Leaf> leaves() {
        Map<Bytes, Leaf> leaves = new LinkedHashMap<>();
        parameters.forEach((key, occurrences) -> leaves.put(key, leaf(occurrences)));
        return leaves;
    }

    /// The one value of a key that stands there once.
    Optional<Bytes> single(String key) {
        List<Optional<Bytes>> occurrences = parameters.get(Bytes.utf8(key));
        return occurrences == null || occurrences.size() != 1
                ? Optional.empty()
                : occurrences.getFirst();
    }

    /// Whether there was more.
    private boolean next() {
        int start = at;
        boolean quoted = line.at(at) == '"';
        boolean inQuote = quoted;
        if (quoted) {
            start = ++at;
        }
        int equals = -1;
        for (; at < line.length() && (inQuote || !isBlank(line.at(at))); at++) {
            // An '=' in first place does not end a key (next_arg: `equals == 0`).
            if (equals < 0 && line.at(at) == '=' && at > start) {
                equals = at;
            }
            if (line.at(at) == '"') {
                inQuote = !inQuote;
            }
        }
        int end = at;
        boolean closed = end > start && line.at(end - 1) == '"';
        if (equals < 0) {
            return flag(line.slice(start, quoted && closed ? end - 1 : end));
        }
        int from = equals + 1;
        boolean quotedValue = from < end && line.at(from) == '"';
        if (quotedValue) {
            from++;
        }
        if (closed && (quoted || quotedValue) && end > from) {
            end--;
        }
        add(line.slice(start, equals), line.slice(Math.min(from, end), end));
        skipBlanks();
        return true;
    }

    private boolean flag(Bytes key) {
        skipBlanks();
        if (!key.equals(INIT)) {
            add(key, null);
            return true;
        }
        int end = line.length();
        while (end > at && isBlank(line.at(end - 1))) {
            end--;
        }
        add(INIT, line.slice(at, end));
        return false;
    }

    private void add(Bytes key, @Nullable Bytes value) {
        parameters
                .computeIfAbsent(key, absent -> new ArrayList<>())
                .add(Optional.ofNullable(value));
    }

    private void skipBlanks() {
        while (at < line.length() && isBlank(line.at(at))) {
            at++;
        }
    }

    private static Leaf leaf(List<Optional<Bytes>> occurrences) {
        Bytes value = occurrences.getFirst().orElse(Bytes.EMPTY);
        List<String> form = new ArrayList<>();
        form.add(form(occurrences.getFirst()));
        for (Optional<Bytes> next : occurrences.subList(1, occurrences.size())) {
            value = value.plus(Bytes.utf8(",")).plus(next.orElse(Bytes.EMPTY));
            form.add(form(next));
        }
        boolean plain = occurrences.size() == 1 && !form.getFirst().equals("0");
        Bytes formValue = Bytes.utf8(String.join(",", form));
        if (plain) {
            return Leaf.ofValue(value);
        }
        return value.length() > Leaf.MAX_VALUE_BYTES || formValue.length() > Leaf.MAX_VALUE_BYTES
                ? Leaf.ofValue(value.plus(Bytes.utf8("\n")).plus(formValue))
                : Leaf.of(Kind.VALUE, Map.of(Leaf.VALUE, value, FORM, formValue));
    }

    private static String form(Optional<Bytes> occurrence) {
        return occurrence.map(value -> Integer.toString(value.length())).orElse("-");
    }

    /// The kernel's `isspace()`, whose table also has the no-break space of Latin-1.
    private static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r' || b == (byte) 0xa0;
    }
}

package dev.assay.agent.exhibit;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Exhibits.ProcessExhibit;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What runs, from `/proc/PID`. First for all what the kernel tells at once; then what it has to
/// ask the process's own memory for, where an intruder can make a reader wait for ever.
///
/// A command line may hold a password: only its beginning is taken, and the environment never.
final class Processes {
    /// So that escaped it is within {@link Exhibits#MAX_TEXT_CHARS}.
    private static final int MAX_TEXT_BYTES = 256;

    private static final int STAT_BYTES = 1024;
    private static final int STATUS_BYTES = 4096;
    private static final int PARENT_FIELD = 1;
    private static final int START_FIELD = 19;

    /// USER_HZ of every architecture that the agent runs on.
    private static final long TICKS_PER_SECOND = 100;

    private final ProcFiles proc;
    private final Gathered<ProcessExhibit> found = new Gathered<>(Exhibits.MAX_PROCESSES);

    Processes(ProcFiles proc) {
        this.proc = proc;
    }

    Gathered<ProcessExhibit> found() {
        return found;
    }

    void collect(Deadline deadline) {
        long[] ids = proc.processes();
        long bootSeconds = bootSeconds();
        for (int i = 0; i < ids.length; i++) {
            if (deadline.isOver() || found.size() == Exhibits.MAX_PROCESSES) {
                found.countMore(ids.length - i);
                break;
            }
            atOnce(ids[i], bootSeconds).ifPresent(found::add);
        }
        for (int i = 0; i < found.size() && !deadline.isOver(); i++) {
            found.replace(i, inFull(found.kept(i)));
        }
    }

    /// Empty where it has ended.
    private Optional<ProcessExhibit> atOnce(long id, long bootSeconds) {
        String stat = proc.first(id + "/stat", STAT_BYTES).map(Bytes::lossyText).orElse("");
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        if (open < 0 || close < open) {
            return Optional.empty();
        }
        String[] fields = stat.substring(close + 1).strip().split(" ", -1);
        if (fields.length <= START_FIELD) {
            return Optional.empty();
        }
        return Optional.of(
                new ProcessExhibit(
                        id,
                        number(fields[PARENT_FIELD]),
                        user(id),
                        ProcFiles.text(Bytes.utf8(stat.substring(open + 1, close)), MAX_TEXT_BYTES),
                        null,
                        null,
                        false,
                        started(bootSeconds, number(fields[START_FIELD]))));
    }

    private ProcessExhibit inFull(ProcessExhibit before) {
        Bytes command =
                proc.first(before.pid() + "/cmdline", MAX_TEXT_BYTES + 1).orElse(Bytes.EMPTY);
        String exe =
                proc.link(before.pid() + "/exe")
                        .map(link -> ProcFiles.text(link, MAX_TEXT_BYTES))
                        .orElse(null);
        return new ProcessExhibit(
                before.pid(),
                before.parent(),
                before.user(),
                before.name(),
                exe,
                command.isEmpty() ? null : ProcFiles.text(joined(command), MAX_TEXT_BYTES),
                command.length() > MAX_TEXT_BYTES,
                before.started());
    }

    private static Bytes joined(Bytes arguments) {
        byte[] line = arguments.toArray();
        int end = line.length;
        while (end > 0 && line[end - 1] == 0) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            line[i] = line[i] == 0 ? (byte) ' ' : line[i];
        }
        return Bytes.copyOf(line, 0, end);
    }

    /// The real user, of `Uid:` in `status`.
    private @Nullable Long user(long id) {
        return proc.first(id + "/status", STATUS_BYTES).stream()
                .flatMap(status -> status.lossyText().lines())
                .filter(line -> line.startsWith("Uid:\t"))
                .map(line -> number(line.split("\t", -1)[1]))
                .findFirst()
                .orElse(null);
    }

    /// `btime` of `/proc/stat`; -1 where it is not told.
    private long bootSeconds() {
        return proc.first("stat", 1 << 20).stream()
                .flatMap(stat -> stat.lossyText().lines())
                .filter(line -> line.startsWith("btime "))
                .mapToLong(line -> number(line.substring("btime ".length())))
                .findFirst()
                .orElse(-1);
    }

    private static @Nullable Instant started(long bootSeconds, long ticks) {
        if (bootSeconds < 0 || ticks < 0) {
            return null;
        }
        try {
            Instant started = Instant.ofEpochSecond(bootSeconds + ticks / TICKS_PER_SECOND);
            return started.isBefore(Instant.parse("9999-01-01T00:00:00Z")) ? started : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// -1 for what is none.
    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }
}

package dev.assay.verifier.simulate;

import dev.assay.verifier.fleet.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What happened, put together so that a person can read it: the same that befell many hosts within
/// a while is one line.
final class Timeline {
    private static final int MAX_LINES = 40;
    private static final int MAX_NAMED = 3;

    /// Within so many seconds the same is put together; the first that gives few enough lines.
    private static final List<Long> WHILES =
            List.of(30L, 60L, 300L, 900L, 3600L, 4 * 3600L, 12 * 3600L, 31 * 24 * 3600L);

    private final Agenda agenda;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(long seconds, String what, @Nullable String host) {}

    private static final class Line {
        final long from;
        final String what;
        long to;
        int count;
        final TreeSet<String> hosts = new TreeSet<>();

        Line(long from, String what) {
            this.from = from;
            this.what = what;
        }
    }

    Timeline(Agenda agenda) {
        this.agenda = agenda;
    }

    void tell(String what) {
        entries.add(new Entry(agenda.nowMillis() / 1000, what, null));
    }

    void tell(String what, String host) {
        entries.add(new Entry(agenda.nowMillis() / 1000, what, host));
    }

    void committed(Event event) {
        String because = event.details().getOrDefault("because", "");
        String rung = event.details().getOrDefault("rung", "");
        String host = event.host();
        String what =
                switch (event.type()) {
                    case DRIFTED -> "drifted: not admitted";
                    case OUTDATED -> "outdated: " + because;
                    case UNKNOWN -> "unknown: " + event.details().getOrDefault("why", "");
                    case QUARANTINED -> "quarantined";
                    case RESET_ORDERED -> "reset ordered of " + rung;
                    case RESET_ESCALATED -> "next rung: " + rung;
                    case RESET_SUCCEEDED -> "golden again after a reset";
                    case RESET_FAILED -> "reset failed";
                    case RESET_WITHDRAWN -> "reset withdrawn";
                    case ARCHIVED -> "archived";
                    case PARDONED -> "pardoned: its baseline amends what it showed";
                    case BREAKER_TRIPPED -> "BREAKER TRIPPED: " + because;
                    case BREAKER_CANARY -> "BREAKER: " + because;
                    case BREAKER_DECIDED ->
                            "BREAKER DECIDED "
                                    + event.details().getOrDefault("finding", "")
                                    + ": "
                                    + because;
                    case BREAKER_CLOSED -> "BREAKER CLOSED";
                    case BREAKER_RESUMED -> "BREAKER RESUMED";
                    case SILENCE_TOGETHER -> "SILENT TOGETHER: " + because;
                    default -> "";
                };
        if (!what.isEmpty()) {
            entries.add(new Entry(agenda.nowMillis() / 1000, what, host));
        }
    }

    List<String> lines() {
        List<Line> lines = List.of();
        for (long within : WHILES) {
            lines = together(within);
            if (lines.size() <= MAX_LINES) {
                break;
            }
        }
        return lines.stream().map(Timeline::text).toList();
    }

    private List<Line> together(long within) {
        List<Line> lines = new ArrayList<>();
        Map<String, Line> open = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Line line = open.get(entry.what());
            if (line == null || entry.seconds() - line.from > within) {
                line = new Line(entry.seconds(), entry.what());
                open.put(entry.what(), line);
                lines.add(line);
            }
            line.to = entry.seconds();
            line.count++;
            if (entry.host() != null) {
                line.hosts.add(entry.host());
            }
        }
        lines.sort(Comparator.comparingLong(line -> line.from));
        return lines;
    }

    private static String text(Line line) {
        StringBuilder text = new StringBuilder(time(line.from));
        text.append(line.to == line.from ? "         " : "-" + time(line.to)).append("  ");
        text.append(line.what);
        if (!line.hosts.isEmpty()) {
            text.append("  [");
            text.append(String.join(" ", line.hosts.stream().limit(MAX_NAMED).toList()));
            int more = line.hosts.size() - MAX_NAMED;
            text.append(more > 0 ? " and " + more + " more" : "").append("]");
        }
        if (line.count > Math.max(1, line.hosts.size())) {
            text.append("  ").append(line.count).append(" times");
        }
        return text.toString();
    }

    private static String time(long seconds) {
        return String.format(
                Locale.ROOT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}

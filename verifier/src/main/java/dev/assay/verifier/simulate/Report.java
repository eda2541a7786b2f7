package dev.assay.verifier.simulate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.assay.verifier.fleet.EventType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a simulation came to.
///
/// @param timeline one line each, in order
/// @param findings of the breaker, in order
/// @param breaches of what must hold at every moment; empty, or it is a fault of Assay
/// @param states how many hosts are in which at the end
/// @param events how many of each type
/// @param steps the states that followed on each other
public record Report(
        List<String> timeline,
        Ledger.Figures figures,
        List<String> findings,
        List<String> breaches,
        Map<String, Integer> states,
        Map<EventType, Integer> events,
        @JsonIgnore Set<Ledger.Step> steps) {
    public Report {
        timeline = List.copyOf(timeline);
        findings = List.copyOf(findings);
        breaches = List.copyOf(breaches);
        states = Collections.unmodifiableMap(new TreeMap<>(states));
        events = Collections.unmodifiableMap(new TreeMap<>(events));
    }

    static String text(Laws.Breach breach) {
        long seconds = breach.atMillis() / 1000;
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d %s: %s%s",
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60,
                breach.law(),
                breach.host() == null ? "" : breach.host() + " ",
                breach.what());
    }

    /// For people.
    public List<String> lines() {
        List<String> lines = new ArrayList<>(timeline);
        lines.add("");
        add(
                lines,
                "resets",
                figures.resets() + ", at most " + figures.resetsPerHour() + " an hour");
        add(lines, "down for resets", "at most " + figures.mostDown() + " at once");
        add(
                lines,
                "capacity lost",
                figures.unadmittedMinutes()
                        + " host-minutes not admitted, of which "
                        + figures.resettingMinutes()
                        + " for resets");
        add(
                lines,
                "time to contain",
                seconds(figures.containedSeconds())
                        + " from the first change to the last changed host not admitted; one host at"
                        + " most "
                        + seconds(figures.containedEachSeconds()));
        add(
                lines,
                "time to heal",
                figures.unhealed() > 0
                        ? figures.unhealed() + " changed hosts are not golden at the end"
                        : seconds(figures.healedSeconds()));
        add(lines, "false resets", Integer.toString(figures.falseResets()));
        add(lines, "quarantined", figures.quarantined() + ", held by a person " + figures.held());
        add(lines, "findings", findings.isEmpty() ? "none" : String.join(", ", findings));
        add(lines, "hosts at the end", states.toString().replaceAll("[{}]", ""));
        add(lines, "laws", breaches.isEmpty() ? "all held" : "BROKEN");
        lines.addAll(breaches);
        return lines;
    }

    private static void add(List<String> lines, String what, String value) {
        lines.add(String.format(Locale.ROOT, "%-18s%s", what, value));
    }

    private static String seconds(@Nullable Double seconds) {
        return seconds == null ? "-" : Math.round(seconds) + " s";
    }
}

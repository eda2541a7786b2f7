package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;

/// When hosts may be reset, by the clock on the wall of the people who are there.
///
/// @param days on which it begins: `mon` … `sun`
/// @param from and `to`: `HH:MM`; a window that ends before it begins ends on the next day, one
///   that ends when it begins lasts a day
/// @param zone as the time zone database names it: `Europe/Berlin`
public record Window(List<String> days, String from, String to, String zone) {
    private static final List<String> DAYS =
            List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    /// @throws IllegalArgumentException where a day, a time or the zone is none
    @JsonCreator
    public Window {
        days = List.copyOf(days);
        if (days.isEmpty() || days.size() > DAYS.size() || !DAYS.containsAll(days)) {
            throw new IllegalArgumentException("a window's days are of " + String.join(", ", DAYS));
        }
        try {
            LocalTime.parse(from);
            LocalTime.parse(to);
            ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("window: " + e.getMessage(), e);
        }
    }

    public boolean isOpenAt(Instant now) {
        ZonedDateTime local = now.atZone(ZoneId.of(zone));
        LocalTime time = local.toLocalTime();
        LocalTime begin = LocalTime.parse(from);
        LocalTime end = LocalTime.parse(to);
        DayOfWeek today = local.getDayOfWeek();
        boolean begunToday = begins(today) && !time.isBefore(begin);
        return begin.isBefore(end)
                ? begunToday && time.isBefore(end)
                : begunToday || begins(today.minus(1)) && time.isBefore(end);
    }

    private boolean begins(DayOfWeek day) {
        return days.contains(DAYS.get(day.getValue() - 1));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %s-%s %s", String.join(",", days), from, to, zone);
    }
}

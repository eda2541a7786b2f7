package dev.assay.verifier.fleet;

import dev.assay.evidence.Observed.Culprit;
import dev.assay.evidence.Observed.Touched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How many touched paths of a host were told in the present window. What a host says happened is
/// whatever it likes to say: without a bound one hostile agent would fill the feed that everybody
/// reads.
///
/// @param since when the window began
/// @param told events in it
/// @param untold paths that were left out since the last event
public record Touches(Instant since, int told, long untold) {
    /// Events of one host within {@link #WINDOW}, and so of one evidence.
    public static final int MAX_TOLD = 60;

    public static final Duration WINDOW = Duration.ofHours(1);

    static final String UNATTESTED = "unattested";

    /// What is told of an evidence, and what is remembered of that.
    record Telling(Touches touches, List<Event> events) {}

    /// An event for each path, as far as the window has room; the last one says how many had none.
    ///
    /// @param before null where nothing was ever told
    static Telling tell(@Nullable Touches before, List<Touched> touched, Host host, Instant now) {
        Touches window = before == null ? new Touches(now, 0, 0) : before.at(now);
        int room = Math.min(touched.size(), MAX_TOLD - window.told);
        long untold = window.untold + touched.size() - room;
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < room; i++) {
            boolean last = i == room - 1;
            events.add(
                    Event.of(
                            now,
                            EventType.TOUCHED,
                            host,
                            details(touched.get(i), last ? untold : 0)));
        }
        return new Telling(
                new Touches(window.since, window.told + room, room > 0 ? 0 : untold), events);
    }

    /// A clock that went back must not close the window for as long.
    private Touches at(Instant now) {
        return now.isBefore(since) || !now.isBefore(since.plus(WINDOW))
                ? new Touches(now, 0, untold)
                : this;
    }

    private static Map<String, String> details(Touched touched, long untold) {
        Map<String, String> details = new HashMap<>();
        details.put("basis", UNATTESTED);
        details.put("path", touched.path().toString());
        details.put("touchedAt", touched.at().toString());
        StringBuilder because =
                new StringBuilder(touched.path().toString())
                        .append(" was written and is as it was, says the host");
        Culprit who = touched.who();
        if (who != null) {
            details.put("pid", Long.toString(who.pid()));
            details.put("program", who.program());
            because.append("; by ").append(who.program()).append(" (pid ").append(who.pid());
            if (who.loginUid() != null) {
                details.put("loginUid", who.loginUid().toString());
                because.append(", login ").append(who.loginUid());
            }
            if (who.container() != null) {
                details.put("container", who.container());
                because.append(", container ").append(who.container());
            }
            because.append(')');
        }
        if (untold > 0) {
            details.put("untold", Long.toString(untold));
            because.append("; ").append(untold).append(" more are not told");
        }
        details.put("because", because.toString());
        return details;
    }
}

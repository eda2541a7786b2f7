package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Boot;
import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Groups;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Hosts;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Transition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Puts hosts away that have been silent for longer than their group keeps them, and against which
/// nothing but their silence is held: nodes that vanished and that nobody closed. They count for no
/// budget, no breaker and no share any more, and come back by speaking; what is held against them
/// stays. Otherwise a few vanished nodes would keep the slots of their resets for ever.
public final class Archive {
    private static final Duration PERIOD = Duration.ofMinutes(1);

    /// After the verifier's own start, so that hosts can speak that fell silent by its outage.
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final Hosts hosts;
    private final Groups groups;
    private final Clock clock;
    private final Instant began;
    private Instant next;

    public Archive(Hosts hosts, Groups groups, Clock clock) {
        this.hosts = hosts;
        this.groups = groups;
        this.clock = clock;
        this.began = clock.instant();
        this.next = began.plus(GRACE);
    }

    /// Does a little, at most once a minute.
    public synchronized void putAway() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(PERIOD);
        for (Host host : hosts.unsorted()) {
            if (isForgotten(host, groups.of(host), now)) {
                hosts.change(host.name(), current -> archived(current, now));
            }
        }
    }

    private Transition archived(Host host, Instant now) {
        if (!isForgotten(host, groups.of(host), now)) {
            return Transition.unchanged(host);
        }
        Host away = host.withArchivedAt(now);
        Reset open = host.openReset();
        if (open != null) {
            away = away.withReset(open.finished(Reset.Status.FAILED, now, "the host was archived"));
        }
        return Transition.of(
                away,
                List.of(
                        Event.of(
                                now,
                                EventType.ARCHIVED,
                                host,
                                Map.of("because", "last heard of " + lastHeard(host)))));
    }

    private boolean isForgotten(Host host, GroupSettings group, Instant now) {
        return host.archivedAt() == null
                && !host.banned()
                && host.latch() == null
                && isOnlySilent(host)
                && now.isAfter(began.plus(GRACE).plusMillis(2 * group.intervalMillis()))
                && now.isAfter(lastHeard(host).plusMillis(group.archiveMillis()));
    }

    private static boolean isOnlySilent(Host host) {
        Reset reset = host.reset();
        // An order that is out ends by a new boot or by its own deadlines: one that came back from
        // the archive would be admitted in the boot that it was told to leave.
        boolean forSilence =
                reset != null
                        && reset.cause() == Cause.SILENT
                        && switch (reset.status()) {
                            case WAITING, PENDING, FAILED -> true;
                            case ORDERED, SUCCEEDED, WITHDRAWN -> false;
                        };
        return forSilence || host.quarantine() == null && host.openReset() == null;
    }

    private static Instant lastHeard(Host host) {
        Boot boot = host.boot();
        return boot == null ? host.enrolledAt() : boot.lastSeen();
    }
}

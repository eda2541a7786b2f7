package dev.assay.verifier.reset;

import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.FleetStore;
import dev.assay.verifier.fleet.Groups;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Hosts;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Transition;
import dev.assay.verifier.fleet.Views;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The resets, for those who look, approve and hold.
public final class Resets {
    public static final int MAX_LISTED = 1000;
    public static final Duration MAX_HOLD = Duration.ofDays(30);

    private static final int MAX_REASON_CHARS = 512;

    private final FleetStore store;
    private final Hosts hosts;
    private final Groups groups;
    private final Dispatcher dispatcher;
    private final Runnable wake;
    private final Clock clock;

    /// @param wake wakes the ticker
    public Resets(
            FleetStore store,
            Hosts hosts,
            Groups groups,
            Dispatcher dispatcher,
            Runnable wake,
            Clock clock) {
        this.store = store;
        this.hosts = hosts;
        this.groups = groups;
        this.dispatcher = dispatcher;
        this.wake = wake;
        this.clock = clock;
    }

    /// Open ones first, then the newest.
    public List<Reset> list() {
        return store.resets(MAX_LISTED);
    }

    /// Those that only wait: what would be reset if the group's mode or a hold did not stand in the
    /// way.
    public List<Reset> would() {
        return list().stream().filter(reset -> reset.status() == Reset.Status.WAITING).toList();
    }

    /// The group's tripped breaker; null where it is closed.
    public @Nullable BreakerState breaker(String group) throws RefusedException {
        groups.find(group);
        return dispatcher.breaker(group);
    }

    /// Lets the resets of a group go on that its breaker halts.
    public void resume(String group, String reason, Principal by) throws RefusedException {
        groups.find(group);
        if (reason.isBlank() || reason.length() > MAX_REASON_CHARS) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "say why, in at most 512 characters");
        }
        if (!dispatcher.resume(group, by.tokenId(), reason)) {
            throw new RefusedException(
                    Refusal.NO_RESET, "the breaker of group " + group + " has not tripped");
        }
        wake.run();
    }

    /// Keeps the host from being reset, until `expires`; an order that is out is not taken back.
    public HostView hold(String host, String reason, Instant expires, Principal by)
            throws RefusedException {
        Instant now = clock.instant();
        if (reason.isBlank() || reason.length() > MAX_REASON_CHARS) {
            throw new RefusedException(
                    Refusal.OUT_OF_BOUNDS, "a hold needs a reason of at most 512 characters");
        }
        if (!expires.isAfter(now) || expires.isAfter(now.plus(MAX_HOLD))) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "a hold ends within 30 days");
        }
        return change(
                host,
                current ->
                        Transition.of(
                                current.withHold(new Hold(by.tokenId(), reason, expires)),
                                List.of(
                                        Event.of(
                                                now,
                                                EventType.HELD,
                                                current,
                                                Map.of(
                                                        "by", by.tokenId(),
                                                        "reason", reason,
                                                        "expires", expires.toString())))));
    }

    public HostView release(String host, Principal by) throws RefusedException {
        return change(
                host,
                current ->
                        current.hold() == null
                                ? Transition.unchanged(current)
                                : Transition.of(
                                        current.withHold(null),
                                        List.of(event(EventType.RELEASED, current, by))));
    }

    /// Lets the waiting reset of a host of mode approve begin.
    public HostView approve(String host, Principal by) throws RefusedException {
        return change(
                host,
                current -> {
                    Reset reset = requireOpen(current);
                    return reset.approvedBy() != null
                            ? Transition.unchanged(current)
                            : Transition.of(
                                    current.withReset(reset.approved(by.tokenId())),
                                    List.of(event(EventType.APPROVED, current, by)));
                });
    }

    /// The orchestrator says that the host's work is away: the drain's time need not be waited for.
    public HostView acknowledgeDrained(String host, Principal by) throws RefusedException {
        return change(
                host,
                current -> {
                    Reset reset = requireOpen(current);
                    if (reset.status() == Reset.Status.WAITING) {
                        throw new RefusedException(
                                Refusal.NO_RESET, "the reset of " + host + " is not announced");
                    }
                    return reset.drainedAt() != null || reset.status() != Reset.Status.PENDING
                            ? Transition.unchanged(current)
                            : Transition.of(
                                    current.withReset(reset.drained(clock.instant())),
                                    List.of(event(EventType.RESET_DRAINED, current, by)));
                });
    }

    private static Reset requireOpen(Host host) throws RefusedException {
        Reset reset = host.openReset();
        if (reset == null) {
            throw new RefusedException(Refusal.NO_RESET, host.name() + " has no open reset");
        }
        return reset;
    }

    private Event event(EventType type, Host host, Principal by) {
        return Event.of(clock.instant(), type, host, Map.of("by", by.tokenId()));
    }

    private HostView change(String name, Hosts.Change<RefusedException> change)
            throws RefusedException {
        Host after =
                hosts.change(name, change)
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                Refusal.UNKNOWN_HOST, "there is no host " + name));
        wake.run();
        return Views.of(after, groups.of(after), clock.instant());
    }
}

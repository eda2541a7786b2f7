package dev.assay.verifier.fleet;

import dev.assay.verifier.enrol.Labels;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The hosts, for those who look and those who operate.
public final class Fleet {
    public static final int MAX_PAGE = 10_000;
    public static final int MAX_REASON_CHARS = 512;

    private final FleetStore store;
    private final Hosts hosts;
    private final Groups groups;
    private final Journal journal;
    private final Clock clock;

    public Fleet(FleetStore store, Hosts hosts, Groups groups, Journal journal, Clock clock) {
        this.store = store;
        this.hosts = hosts;
        this.groups = groups;
        this.journal = journal;
        this.clock = clock;
    }

    /// Sorted by name.
    public List<HostView> hosts(HostQuery query) {
        Instant now = clock.instant();
        return hosts.all().stream()
                .map(host -> Views.of(host, groups.of(host), now))
                .filter(view -> matches(view, query))
                .toList();
    }

    /// A page of them.
    ///
    /// @param after the name of the last host of the page before; empty for the first page
    /// @param limit at most {@link #MAX_PAGE}
    public HostPage hosts(HostQuery query, String after, int limit) {
        Instant now = clock.instant();
        int most = Math.clamp(limit, 1, MAX_PAGE);
        List<HostView> found =
                hosts.all().stream()
                        .filter(host -> host.name().compareTo(after) > 0)
                        .map(host -> Views.of(host, groups.of(host), now))
                        .filter(view -> matches(view, query))
                        .limit(most + 1L)
                        .toList();
        return found.size() <= most
                ? new HostPage(found, null)
                : new HostPage(found.subList(0, most), found.get(most - 1).name());
    }

    private static boolean matches(HostView view, HostQuery query) {
        return (query.state() != null || view.state() != HostState.ARCHIVED)
                && (query.group() == null || query.group().equals(view.group()))
                && (query.state() == null || query.state() == view.state())
                && (query.platformId() == null || query.platformId().equals(view.platformId()))
                && (query.label() == null || hasLabel(view, query.label()));
    }

    private static boolean hasLabel(HostView view, String label) {
        int equals = label.indexOf('=');
        String name = equals < 0 ? label : label.substring(0, equals);
        String value = view.labels().get(name);
        return value != null && (equals < 0 || value.equals(label.substring(equals + 1)));
    }

    public HostView host(String name) throws RefusedException {
        Host host = known(name);
        return Views.of(host, groups.of(host), clock.instant());
    }

    private Host known(String name) throws RefusedException {
        return hosts.named(name).orElseThrow(() -> unknown(name));
    }

    private static RefusedException unknown(String name) {
        return new RefusedException(Refusal.UNKNOWN_HOST, "there is no host " + name);
    }

    public HostDrift drift(String name) throws RefusedException {
        Host host = known(name);
        Latch latch = host.latch();
        Standing standing = host.standing();
        boolean held =
                latch != null || standing != null && standing.verdict() == Verdict.HOST_FAULT;
        StoredDrift kept = held ? store.drift(name).orElse(null) : null;
        return new HostDrift(
                name,
                kept == null ? null : kept.baseline(),
                latch == null ? null : latch.drift(),
                kept == null ? List.of() : kept.drifts(),
                kept == null ? List.of() : kept.subtrees());
    }

    /// Deletes the host; what belongs to its name stays.
    public void forget(String name, Principal by) throws RefusedException {
        Host host = known(name);
        Event event =
                Event.of(clock.instant(), EventType.FORGOTTEN, host, Map.of("by", by.tokenId()));
        if (!hosts.remove(name, current -> false, event)) {
            throw unknown(name);
        }
    }

    /// The machine is gone, says who runs the machines. Of one that nothing was ever held against,
    /// nothing stays behind but its events: fleets make and end nodes by the thousand.
    public void close(String name, Principal by) throws RefusedException {
        Host host = known(name);
        Instant now = clock.instant();
        Event event = Event.of(now, EventType.CLOSED, host, Map.of("by", by.tokenId()));
        // Of the host that is removed: evidence of this moment may have accused it.
        if (!hosts.remove(name, current -> isClean(current, now), event)) {
            throw unknown(name);
        }
    }

    private static boolean isClean(Host host, Instant now) {
        History history = host.history();
        return history.latch() == null
                && history.resetsInWindow(now) == 0
                && host.quarantine() == null
                && !host.banned();
    }

    /// @return the host's name
    public String closePlatformId(String platformId, Principal by) throws RefusedException {
        Host host =
                hosts.unsorted().stream()
                        .filter(one -> platformId.equals(one.platformId()))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                Refusal.UNKNOWN_HOST,
                                                "no host has this platform id"));
        close(host.name(), by);
        return host.name();
    }

    /// Refuses name and key for ever; the name need not be enrolled.
    public void ban(String name, String reason, Principal by) throws RefusedException {
        requireReason(reason);
        Host host = hosts.named(name).orElse(null);
        Event event = about(name, EventType.BANNED, Map.of("by", by.tokenId(), "reason", reason));
        TpmBinding tpm = host == null ? null : host.tpm();
        store.ban(
                name,
                host == null ? null : host.key().keyId(),
                tpm == null ? null : tpm.endorsement(),
                reason,
                by.tokenId(),
                event);
        hosts.change(name, current -> Transition.unchanged(current.withBanned(true)));
        journal.committed(event);
    }

    public void unban(String name, Principal by) throws RefusedException {
        Event event = about(name, EventType.UNBANNED, Map.of("by", by.tokenId()));
        store.unban(name, event);
        hosts.change(name, current -> Transition.unchanged(current.withBanned(false)));
        journal.committed(event);
    }

    private Event about(String name, EventType type, Map<String, String> details) {
        String group = hosts.named(name).map(Host::group).orElse(null);
        return new Event(0, clock.instant(), type, name, group, new TreeMap<>(details));
    }

    static void requireReason(String reason) throws RefusedException {
        if (reason.isBlank() || reason.length() > MAX_REASON_CHARS) {
            throw new RefusedException(
                    Refusal.OUT_OF_BOUNDS, "a reason of 1 to 512 characters is needed");
        }
    }

    /// Asks for the end of a quarantine; it ends when a new golden boot is proved after this.
    public void readmit(String name, Principal by) throws RefusedException {
        Instant now = clock.instant();
        known(name);
        hosts.change(
                name,
                current -> {
                    Quarantine quarantine = current.quarantine();
                    if (quarantine == null) {
                        return Transition.unchanged(current);
                    }
                    return Transition.of(
                            current.withQuarantine(
                                    new Quarantine(quarantine.reason(), quarantine.since(), now)),
                            List.of(
                                    Event.of(
                                            now,
                                            EventType.READMIT_REQUESTED,
                                            current,
                                            Map.of("by", by.tokenId()))));
                });
    }

    public void setLabels(String name, Map<String, String> labels, Principal by)
            throws RefusedException {
        SortedMap<String, String> fit = Labels.requireFit(labels);
        known(name);
        hosts.change(
                name,
                current ->
                        Transition.of(
                                current.withLabels(fit),
                                List.of(
                                        Event.of(
                                                clock.instant(),
                                                EventType.LABELLED,
                                                current,
                                                Map.of("by", by.tokenId())))));
    }
}

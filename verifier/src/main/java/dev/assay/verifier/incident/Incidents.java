package dev.assay.verifier.incident;

import dev.assay.tree.Digest;
import dev.assay.verifier.fleet.BaselineName;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.FleetStore;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Groups;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Hosts;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.StoredDrift;
import dev.assay.verifier.fleet.Views;
import dev.assay.verifier.incident.IncidentDetail.Member;
import dev.assay.verifier.incident.IncidentStore.Kept;
import dev.assay.verifier.incident.IncidentStore.Showing;
import dev.assay.verifier.incident.IncidentStore.Summary;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The incidents, for those who look: those that are held against hosts now, and those of the last
/// ninety days.
public final class Incidents {
    public static final Duration RETENTION = Duration.ofDays(90);

    /// Kept; the oldest go first.
    public static final int MAX_KEPT = 5_000;

    public static final int MAX_LISTED = 500;

    /// Shorter ones name too many.
    public static final int MIN_PREFIX_CHARS = 4;

    private static final Duration PRUNING_PERIOD = Duration.ofMinutes(1);
    private static final int MAX_NAMED = 4;

    private final IncidentStore store;
    private final FleetStore fleet;
    private final Hosts hosts;
    private final Groups groups;
    private final Clock clock;
    private Instant nextPruning;

    public Incidents(
            IncidentStore store, FleetStore fleet, Hosts hosts, Groups groups, Clock clock) {
        this.store = store;
        this.fleet = fleet;
        this.hosts = hosts;
        this.groups = groups;
        this.clock = clock;
        this.nextPruning = clock.instant();
    }

    /// The newest first, those that are held against some host before all others.
    public List<Incident> list() {
        List<Host> all = hosts.all();
        Map<Digest, List<Host>> open = Grouping.byDrift(all);
        Map<Digest, Kept> records = new LinkedHashMap<>();
        store.newest(MAX_LISTED).forEach(record -> records.put(record.id(), record));
        open.forEach(
                (id, showing) ->
                        records.put(id, withPresent(id, known(records.get(id), id), showing)));
        return records.values().stream()
                .map(record -> incident(record, open, all))
                .sorted(
                        Comparator.comparing((Incident incident) -> incident.open() == 0)
                                .thenComparing(Incident::lastSeen, Comparator.reverseOrder())
                                .thenComparing(incident -> incident.id().hex()))
                .toList();
    }

    /// Paths that several hosts share now though their drift differs.
    public List<PathIncident> byPath() {
        List<Host> all = hosts.all();
        Map<Digest, List<Host>> open = Grouping.byDrift(all);
        List<PathIncident> found = new ArrayList<>();
        for (PathGroup group : Grouping.byPath(all).stream().limit(MAX_LISTED).toList()) {
            List<Kept> records =
                    group.incidents().stream()
                            .map(
                                    id ->
                                            withPresent(
                                                    id,
                                                    known(null, id),
                                                    open.getOrDefault(id, List.of())))
                            .toList();
            found.add(
                    new PathIncident(
                            group.path(),
                            records.stream().map(Kept::firstAt).min(Instant::compareTo).get(),
                            group.incidents(),
                            group.hosts(),
                            Belief.of(facts(records, all))));
        }
        return found;
    }

    /// @param text its digest, or the beginning of it where no other begins so
    public IncidentDetail find(String text) throws RefusedException {
        Digest id = named(text);
        List<Host> all = hosts.all();
        Map<Digest, List<Host>> open = Grouping.byDrift(all);
        Kept kept = store.find(id).orElse(null);
        List<Host> showing = open.getOrDefault(id, List.of());
        if (kept == null && showing.isEmpty()) {
            throw unknown(text);
        }
        Kept record = withPresent(id, kept, showing);
        StoredDrift drift =
                store.drift(id)
                        .or(() -> showing.stream().findFirst().flatMap(this::storedDrift))
                        .orElse(new StoredDrift(record.summary().baseline(), List.of(), List.of()));
        return new IncidentDetail(incident(record, open, all), drift, members(record));
    }

    private Digest named(String text) throws RefusedException {
        if (!text.matches("[0-9a-f]{" + MIN_PREFIX_CHARS + ",64}")) {
            throw new RefusedException(
                    Refusal.OUT_OF_BOUNDS,
                    "an incident is named by 4 to 64 hex digits in lower case");
        }
        Set<Digest> found =
                Grouping.byDrift(hosts.unsorted()).keySet().stream()
                        .filter(id -> id.hex().startsWith(text))
                        .collect(Collectors.toSet());
        found.addAll(store.startingWith(text, MAX_NAMED));
        if (found.size() > 1) {
            throw new RefusedException(
                    Refusal.OUT_OF_BOUNDS,
                    "several incidents begin with "
                            + text
                            + ": "
                            + found.stream()
                                    .map(Digest::hex)
                                    .sorted()
                                    .limit(MAX_NAMED)
                                    .collect(Collectors.joining(", ")));
        }
        return found.stream().findFirst().orElseThrow(() -> unknown(text));
    }

    private static RefusedException unknown(String text) {
        return new RefusedException(
                Refusal.UNKNOWN_INCIDENT, "there is no incident " + text + ", or it is too old");
    }

    private @Nullable Kept known(@Nullable Kept listed, Digest id) {
        return listed == null ? store.find(id).orElse(null) : listed;
    }

    private Optional<StoredDrift> storedDrift(Host host) {
        return fleet.drift(host.name());
    }

    /// With hosts that an older verifier latched, or whose record was pruned: what is held against
    /// a host now is always shown.
    private Kept withPresent(Digest id, @Nullable Kept kept, List<Host> showing) {
        Map<String, Showing> shown = new TreeMap<>();
        if (kept != null) {
            kept.shown().forEach(one -> shown.put(one.host(), one));
        }
        for (Host host : showing) {
            DriftSummary drift = Objects.requireNonNull(Grouping.held(host));
            shown.computeIfAbsent(
                    host.name(),
                    name ->
                            new Showing(
                                    name,
                                    host.group(),
                                    drift.since(),
                                    drift.since(),
                                    1,
                                    Objects.requireNonNull(host.latch()).boot(),
                                    drift.firstMeasurement(),
                                    false));
        }
        List<Showing> all = List.copyOf(shown.values());
        Instant first = all.stream().map(Showing::firstAt).min(Instant::compareTo).get();
        Instant last = all.stream().map(Showing::lastAt).max(Instant::compareTo).get();
        Summary summary = kept == null ? summary(showing.getFirst()) : kept.summary();
        return new Kept(id, first, last, summary, all);
    }

    private Summary summary(Host host) {
        DriftSummary drift = Objects.requireNonNull(Grouping.held(host));
        StoredDrift stored = storedDrift(host).orElse(new StoredDrift(null, List.of(), List.of()));
        return Summary.of(drift, stored);
    }

    private Incident incident(Kept record, Map<Digest, List<Host>> open, Collection<Host> all) {
        IncidentFacts facts = facts(List.of(record), all);
        Summary summary = record.summary();
        return new Incident(
                record.id(),
                record.firstAt(),
                record.lastAt(),
                summary.total(),
                summary.survivesReset(),
                open.getOrDefault(record.id(), List.of()).size(),
                facts.firstAtBoot(),
                facts.midLife(),
                facts.afterReset(),
                summary.accusation(),
                summary.baseline(),
                summary.facts().packages(),
                Belief.of(facts),
                summary.paths(),
                record.shown().stream().map(Showing::host).sorted().toList());
    }

    /// Of one incident, or of several as of one.
    private IncidentFacts facts(List<Kept> records, Collection<Host> all) {
        Map<String, Showing> shown = new TreeMap<>();
        records.forEach(record -> record.shown().forEach(one -> shown.put(one.host(), one)));
        Collection<Showing> each = shown.values();
        int first = count(each, Showing::firstMeasurement);
        Summary any = records.getFirst().summary();
        return new IncidentFacts(
                each.size(),
                Math.max(each.size(), running(any.baseline(), each, all)),
                first,
                each.size() - first,
                count(each, Showing::afterReset),
                count(each, one -> one.afterReset() && !one.firstMeasurement()),
                each.stream().mapToInt(Showing::boots).max().orElse(0),
                records.stream().anyMatch(record -> record.summary().survivesReset()),
                records.stream()
                        .map(record -> record.summary().accusation())
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                records.stream().allMatch(record -> record.summary().whole()),
                records.stream()
                        .map(record -> record.summary().facts())
                        .reduce(DriftFacts::plus)
                        .get());
    }

    private static int count(Collection<Showing> each, Predicate<Showing> which) {
        return (int) each.stream().filter(which).count();
    }

    /// Hosts of the channel that ever attested.
    private int running(
            @Nullable BaselineName baseline, Collection<Showing> each, Collection<Host> all) {
        Set<String> shownIn = each.stream().map(Showing::group).collect(Collectors.toSet());
        return (int)
                all.stream()
                        .filter(host -> host.boot() != null)
                        .filter(
                                host ->
                                        baseline == null
                                                ? shownIn.contains(host.group())
                                                : channel(host).equals(baseline.channel()))
                        .count();
    }

    private String channel(Host host) {
        return groups.of(host).channel();
    }

    private List<Member> members(Kept record) {
        Instant now = clock.instant();
        List<Member> members = new ArrayList<>();
        for (Showing one : record.shown()) {
            Host host = hosts.named(one.host()).orElse(null);
            members.add(member(one, record.id(), host, now));
        }
        members.sort(Comparator.comparing(Member::host));
        return members;
    }

    private Member member(Showing one, Digest incident, @Nullable Host host, Instant now) {
        if (host == null) {
            return member(one, null, false, null, null);
        }
        GroupSettings group = groups.of(host);
        HostView view = Views.of(host, group, now);
        DriftSummary held = Grouping.held(host);
        Hold hold = host.hold();
        Reset reset = host.reset();
        boolean resetSince = reset != null && !reset.openedAt().isBefore(one.firstAt());
        return member(
                one,
                view.state(),
                held != null && held.incident().equals(incident),
                hold != null && hold.isActiveAt(now)
                        ? "by " + hold.owner() + " until " + hold.expires() + ": " + hold.reason()
                        : null,
                reset != null && resetSince ? reset.status().wire() : null);
    }

    private static Member member(
            Showing one,
            @Nullable HostState now,
            boolean showsIt,
            @Nullable String held,
            @Nullable String reset) {
        return new Member(
                one.host(),
                one.group(),
                one.firstAt(),
                one.lastAt(),
                one.boots(),
                one.firstMeasurement(),
                one.afterReset(),
                now,
                showsIt,
                held,
                reset);
    }

    /// Does a little, at most once a minute.
    public synchronized void prune() {
        Instant now = clock.instant();
        if (!now.isBefore(nextPruning)) {
            nextPruning = now.plus(PRUNING_PERIOD);
            store.prune(now.minus(RETENTION), MAX_KEPT);
        }
    }
}

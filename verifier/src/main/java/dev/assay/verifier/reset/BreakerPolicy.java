package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Boot;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.History;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Latch;
import dev.assay.verifier.fleet.Standing;
import dev.assay.verifier.fleet.Verdict;
import dev.assay.verifier.reset.BreakerState.Canary;
import dev.assay.verifier.reset.BreakerState.Finding;
import dev.assay.verifier.reset.BreakerState.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Whether so much of a group is accused at once that something is wrong other than the hosts.
/// Pure. It halts resets and nothing else: a drifted host stays drifted and is not admitted. What
/// is wrong is found by resetting one of them. An intruder who changes many hosts alike, so that
/// nobody is reset, gains the time of one reset; one who changes each differently is counted all
/// the same.
public final class BreakerPolicy {
    /// Canaries that give no answer before a person is asked.
    public static final int MAX_CANARIES = 3;

    /// Where nobody is fit to be a canary for so long, as where all are silent, a person is asked.
    static final Duration CANARY_PATIENCE = Duration.ofHours(1);

    /// Accused within this time counts towards {@link Kind#NUMBER}: who changes one host after the
    /// other would else be below any share at any time.
    static final Duration RECENT = Duration.ofHours(1);

    private BreakerPolicy() {}

    /// @param state null where the breaker is closed
    /// @param events to be written with it
    record Step(@Nullable BreakerState state, List<Event> events) {}

    /// What so many share that the group is over one of its shares.
    record Trip(Kind kind, String key, int accused) {}

    /// @param members of the group
    /// @param chance a number that nobody can foresee: who could tell the canary could prepare it
    static Step step(
            @Nullable BreakerState before,
            GroupSettings group,
            List<Host> members,
            Instant now,
            long chance) {
        List<Host> accused = members.stream().filter(BreakerPolicy::isAccused).toList();
        List<Trip> trips = trips(group, members, accused, now);
        List<Event> events = new ArrayList<>();
        BreakerState state = before;
        Trip other = state == null ? null : accusedBaseline(state, group, members, trips);
        if (other != null || state == null && !trips.isEmpty()) {
            // What a canary showed before was of another drift.
            Trip trip = other != null ? other : trips.getFirst();
            state = BreakerState.of(trip.kind(), trip.key(), trip.accused(), members.size(), now);
            events.add(tell(EventType.BREAKER_TRIPPED, group, state, now));
        }
        if (state == null) {
            return new Step(null, events);
        }
        if (state.finding() == null) {
            BreakerState found = find(state, members, now);
            if (found.finding() != null) {
                events.add(tell(EventType.BREAKER_DECIDED, group, found, now));
            }
            state = found;
        }
        boolean waits = state.finding() == null && state.canary() != null;
        BreakerState tripped = state;
        boolean isMoot = accused.stream().noneMatch(host -> isMeant(tripped, host));
        boolean isOver = isMoot || trips.isEmpty() && !holdsToTheLast(state);
        if (!waits && isOver) {
            events.add(tell(EventType.BREAKER_CLOSED, group, state, now));
            return new Step(null, events);
        }
        if (state.finding() == null && state.canary() == null) {
            Canary canary = choose(state, group, accused, now, chance);
            if (canary != null) {
                state = state.withCanary(canary);
                events.add(tell(EventType.BREAKER_CANARY, group, state, now));
            } else if (now.isAfter(state.trippedAt().plus(CANARY_PATIENCE))) {
                state = state.decided(Finding.LOST, now);
                events.add(tell(EventType.BREAKER_DECIDED, group, state, now));
            }
        }
        return new Step(state, events);
    }

    /// What was found to be no fault of the hosts is none of the last of them either: they would be
    /// reset the moment that the others were pardoned.
    private static boolean holdsToTheLast(BreakerState state) {
        return state.finding() != null && !state.passes() && state.kind() != Kind.NUMBER;
    }

    private static boolean isAccused(Host host) {
        return host.latch() != null && !host.banned() && host.quarantine() == null;
    }

    /// All that the group is over its shares of, what it shows most of first. A host that was
    /// quarantined is counted with those that drift alike after it: a wrong baseline that comes
    /// slowly would else quarantine one host after the other.
    private static List<Trip> trips(
            GroupSettings group, List<Host> members, List<Host> accused, Instant now) {
        if (accused.isEmpty()) {
            return List.of();
        }
        int alike = threshold(group, group.breakerSharePercent(), members.size());
        int whatever = threshold(group, group.breakerAnySharePercent(), members.size());
        Map<String, Integer> byDrift = new HashMap<>();
        Map<String, Integer> byPath = new HashMap<>();
        for (Host host : members) {
            DriftSummary drift = host.banned() ? null : drift(host);
            if (drift != null) {
                byDrift.merge(drift.incident().hex(), 1, Integer::sum);
                drift.paths().stream()
                        .distinct()
                        .forEach(path -> byPath.merge(path, 1, Integer::sum));
            }
        }
        List<Trip> trips = new ArrayList<>();
        trips.addAll(atLeast(alike, Kind.DRIFT, byDrift, accused));
        trips.addAll(atLeast(alike, Kind.PATH, byPath, accused));
        int recent =
                (int)
                        members.stream()
                                .filter(host -> isAccused(host) || wasReset(host, now))
                                .count();
        if (recent >= whatever) {
            trips.add(new Trip(Kind.NUMBER, "", recent));
        }
        return trips;
    }

    /// Only of what some host that a reset is possible for shows.
    private static List<Trip> atLeast(
            int threshold, Kind kind, Map<String, Integer> counts, List<Host> accused) {
        return counts.entrySet().stream()
                .filter(count -> count.getValue() >= threshold)
                .filter(
                        count ->
                                accused.stream()
                                        .anyMatch(host -> shows(kind, count.getKey(), host)))
                .sorted(
                        Map.Entry.<String, Integer>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .map(count -> new Trip(kind, count.getKey(), count.getValue()))
                .toList();
    }

    /// What accuses the baseline while resets go on for another reason; null where nothing does.
    /// Only drift that was there at the first measurement of a boot: who could halt resets by
    /// changing golden hosts alike once more, would do so for ever.
    private static @Nullable Trip accusedBaseline(
            BreakerState state, GroupSettings group, List<Host> members, List<Trip> trips) {
        return state.passes()
                ? otherBaselines(state, group, members, trips).findFirst().orElse(null)
                : null;
    }

    /// Of hosts that the breaker does not mean: those that it means differ at some path too.
    private static Stream<Trip> otherBaselines(
            BreakerState state, GroupSettings group, List<Host> members, List<Trip> trips) {
        List<Host> others =
                members.stream()
                        .filter(host -> !host.banned())
                        .filter(host -> state.kind() == Kind.NUMBER || !isMeant(state, host))
                        .toList();
        int alike = threshold(group, group.breakerSharePercent(), members.size());
        return trips.stream()
                .filter(trip -> trip.kind() != Kind.NUMBER)
                .filter(trip -> !trip.key().equals(state.key()))
                .filter(trip -> isMostlyFirst(trip, others, alike));
    }

    /// What accuses the baseline while the breaker halts resets for another drift. It has one
    /// canary at a time: until it is done with the one, nobody is reset for the other.
    static List<Trip> otherBaselines(
            @Nullable BreakerState state, GroupSettings group, List<Host> members, Instant now) {
        if (state == null || state.passes()) {
            return List.of();
        }
        List<Host> accused = members.stream().filter(BreakerPolicy::isAccused).toList();
        return otherBaselines(state, group, members, trips(group, members, accused, now)).toList();
    }

    private static boolean isMostlyFirst(Trip trip, List<Host> hosts, int atLeast) {
        List<DriftSummary> drifts =
                hosts.stream()
                        .map(BreakerPolicy::drift)
                        .filter(Objects::nonNull)
                        .filter(drift -> shares(trip.kind(), trip.key(), drift))
                        .toList();
        long first = drifts.stream().filter(DriftSummary::firstMeasurement).count();
        return drifts.size() >= atLeast && 2 * first > drifts.size();
    }

    private static int threshold(GroupSettings group, int percent, int members) {
        return Math.max(group.breakerMinHosts(), Math.ceilDiv(members * percent, 100));
    }

    private static boolean wasReset(Host host, Instant now) {
        return host.history().resets().stream().anyMatch(at -> at.isAfter(now.minus(RECENT)));
    }

    private static @Nullable DriftSummary drift(Host host) {
        Latch latch = host.latch();
        return latch == null ? null : latch.drift();
    }

    /// What the canary has shown so far. By what is known of the host, not by what became of a
    /// reset: a host that was reset by somebody else is an answer too.
    private static BreakerState find(BreakerState state, List<Host> members, Instant now) {
        BreakerState shown = shown(state, members, now);
        boolean isLost = shown.canary() == null && shown.spent().size() >= MAX_CANARIES;
        return isLost ? shown.decided(Finding.LOST, now) : shown;
    }

    private static BreakerState shown(BreakerState state, List<Host> members, Instant now) {
        Canary canary = state.canary();
        if (canary == null) {
            return state;
        }
        Host host =
                members.stream()
                        .filter(member -> member.name().equals(canary.host()))
                        .findFirst()
                        .orElse(null);
        if (host == null) {
            return state.withoutAnswer();
        }
        History.Proof proof = host.history().lastProof();
        // By its boot: a clock that was put back would take an older proof for the answer.
        Boot boot = host.boot();
        if (proof != null
                && boot != null
                && boot.id().equals(proof.after())
                && !boot.id().equals(canary.boot())) {
            return state.decided(Finding.ATTACK, now);
        }
        Latch latch = host.latch();
        if (host.quarantine() != null || host.banned()) {
            return state.withoutAnswer();
        }
        if (latch == null) {
            // Back in a new boot, and not judged yet: it may be outdated or unmeasurable for a
            // moment. Its reset's own deadlines end this.
            return host.orderedReset() != null ? state : state.withoutAnswer();
        }
        if (host.activeHold(now) != null) {
            // A person took it out of the resets: the others do not wait for as long as that.
            return state.withoutCanary();
        }
        if (!latch.boot().equals(canary.boot())) {
            if (!isMeant(state, host)) {
                return state.withoutAnswer();
            }
            return state.decided(
                    canary.wasGolden() ? Finding.PERSISTENT : Finding.BAD_BASELINE, now);
        }
        return state;
    }

    /// Of those that share what tripped it: one whose reset is out already; else any that speaks
    /// and that a reset would restore.
    private static @Nullable Canary choose(
            BreakerState state, GroupSettings group, List<Host> accused, Instant now, long chance) {
        List<Host> fit =
                accused.stream()
                        .filter(host -> isMeant(state, host))
                        .filter(host -> !state.spent().contains(host.name()))
                        .filter(host -> host.activeHold(now) == null)
                        .sorted(Comparator.comparing(Host::name))
                        .toList();
        List<Host> out = fit.stream().filter(host -> host.orderedReset() != null).toList();
        List<Host> able =
                fit.stream()
                        .filter(host -> speaks(host, now))
                        .filter(
                                host ->
                                        host.history().resetsInWindow(now)
                                                < group.maxResetsPerDay())
                        .toList();
        List<Host> best = able.stream().filter(host -> !survivesReset(host)).toList();
        List<Host> from = !out.isEmpty() ? out : !best.isEmpty() ? best : able;
        if (from.isEmpty()) {
            return null;
        }
        Host host = from.get((int) Math.floorMod(chance, (long) from.size()));
        DriftSummary drift = drift(host);
        Latch latch = host.latch();
        return new Canary(
                host.name(),
                latch == null ? null : latch.boot(),
                now,
                drift == null || !drift.firstMeasurement());
    }

    private static boolean speaks(Host host, Instant now) {
        Standing standing = host.standing();
        return standing != null && now.isBefore(standing.expiresAt());
    }

    private static boolean survivesReset(Host host) {
        DriftSummary drift = drift(host);
        return drift != null && drift.survivesReset();
    }

    private static boolean isMeant(BreakerState state, Host host) {
        return shows(state.kind(), state.key(), host);
    }

    private static boolean shows(Kind kind, String key, Host host) {
        DriftSummary drift = drift(host);
        return kind == Kind.NUMBER || drift != null && shares(kind, key, drift);
    }

    private static boolean shares(Kind kind, String key, DriftSummary drift) {
        return switch (kind) {
            case DRIFT -> drift.incident().hex().equals(key);
            case PATH -> drift.paths().contains(key);
            case NUMBER -> true;
        };
    }

    /// Why the host is not reset now; null where the breaker has nothing against it. Who was meant
    /// by a wrong baseline and measures golden again may be reset: it will come back golden.
    ///
    /// @param others what {@link #otherBaselines} says
    static @Nullable String obstacle(@Nullable BreakerState state, List<Trip> others, Host host) {
        if (state == null || state.passes()) {
            return null;
        }
        // First: who changes the canary once more would else keep it from being reset.
        Canary canary = state.canary();
        if (state.finding() == null && canary != null && canary.host().equals(host.name())) {
            return null;
        }
        if (!isMeant(state, host)) {
            return others.stream()
                    .filter(other -> shows(other.kind(), other.key(), host))
                    .findFirst()
                    .map(
                            other ->
                                    other.accused()
                                            + " hosts that were never golden in their boot drift"
                                            + " alike, and before: "
                                            + state.says())
                    .orElse(null);
        }
        Standing standing = host.standing();
        if (state.finding() != null && standing != null && standing.verdict() == Verdict.GOLDEN) {
            return null;
        }
        return state.says();
    }

    private static Event tell(
            EventType type, GroupSettings group, BreakerState state, Instant now) {
        Map<String, String> details = new TreeMap<>();
        details.put("because", state.says());
        details.put("kind", state.kind().wire());
        details.put("key", state.key());
        details.put("accused", Integer.toString(state.accused()));
        details.put("members", Integer.toString(state.members()));
        Canary canary = state.canary();
        if (canary != null) {
            details.put("canary", canary.host());
        }
        Finding finding = state.finding();
        if (finding != null) {
            details.put("finding", finding.wire());
        }
        return Event.ofGroup(now, type, group.name(), details);
    }
}

package dev.assay.verifier.simulate;

import dev.assay.evidence.BootId;
import dev.assay.signing.Envelope;
import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.Token;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.FleetStore;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.StoredDrift;
import dev.assay.verifier.fleet.Transition;
import dev.assay.verifier.reset.BreakerState;
import dev.assay.verifier.reset.BreakerStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A store in memory that outlives a simulated crash of the verifier. Of a simulation only: it has
/// no enrolments, no baselines and no bans.
final class MemoryStore implements FleetStore, BreakerStore {
    private final Map<String, StoredHost> hosts = new TreeMap<>();
    private final Set<String> boots = new HashSet<>();
    private final Map<String, GroupSettings> groups = new TreeMap<>();
    private final Map<String, BreakerState> breakers = new HashMap<>();
    private final Consumer<Host> changed;

    /// @param changed told of every host that was written
    MemoryStore(Consumer<Host> changed) {
        this.changed = changed;
    }

    void add(Host host) {
        hosts.put(host.name(), new StoredHost(host, 0));
    }

    @Override
    public boolean isEndorsementBanned(Digest endorsement) {
        return false;
    }

    @Override
    public boolean commit(Transition transition, long expectedRevision) {
        Host host = transition.host();
        StoredHost before = hosts.get(host.name());
        if (before == null || before.revision() != expectedRevision) {
            return false;
        }
        hosts.put(host.name(), new StoredHost(host, expectedRevision + 1));
        if (transition.newBoot() && host.boot() != null) {
            boots.add(host.name() + " " + host.boot().id().value());
        }
        changed.accept(host);
        return true;
    }

    @Override
    public void saveLiveness(List<Liveness> liveness) {
        for (Liveness one : liveness) {
            hosts.computeIfPresent(
                    one.host(),
                    (name, stored) -> {
                        Host host = stored.host();
                        boolean follows =
                                host.boot() != null
                                        && host.boot().id().equals(one.boot())
                                        && host.boot().sequence() < one.sequence();
                        return follows
                                ? new StoredHost(
                                        host.relived(
                                                one.sequence(),
                                                one.lastSeen(),
                                                one.verdictAt(),
                                                one.expiresAt()),
                                        stored.revision())
                                : stored;
                    });
        }
    }

    @Override
    public List<StoredHost> loadHosts() {
        return List.copyOf(hosts.values());
    }

    @Override
    public Optional<StoredHost> loadHost(String name) {
        return Optional.ofNullable(hosts.get(name));
    }

    @Override
    public List<GroupSettings> loadGroups() {
        return List.copyOf(groups.values());
    }

    @Override
    public void saveGroup(GroupSettings settings, Event event) {
        groups.put(settings.name(), settings);
    }

    @Override
    public boolean hasSeenBoot(String host, BootId boot) {
        return boots.contains(host + " " + boot.value());
    }

    @Override
    public Map<String, BreakerState> loadBreakers() {
        return Map.copyOf(breakers);
    }

    @Override
    public void saveBreaker(String group, @Nullable BreakerState state, List<Event> events) {
        if (state == null) {
            breakers.remove(group);
        } else {
            breakers.put(group, state);
        }
    }

    @Override
    public List<Reset> resets(int limit) {
        return List.of();
    }

    @Override
    public Optional<StoredDrift> drift(String host) {
        return Optional.empty();
    }

    @Override
    public void append(Event event) {}

    @Override
    public int pruneResets(Instant before) {
        return 0;
    }

    @Override
    public List<StoredBaseline> loadBaselines() {
        return List.of();
    }

    @Override
    public List<RollbackWindow> loadRollbackWindows() {
        return List.of();
    }

    @Override
    public Optional<StoredEnrolment> enrolment(String name) {
        throw absent();
    }

    @Override
    public Enrolling enrol(Host host, Token token, Event event) {
        throw absent();
    }

    @Override
    public void remove(String host, @Nullable Reset last, boolean withName, Event event) {
        throw absent();
    }

    @Override
    public void ban(
            String host,
            @Nullable String keyId,
            @Nullable Digest endorsement,
            String reason,
            String by,
            Event event) {
        throw absent();
    }

    @Override
    public void unban(String host, Event event) {
        throw absent();
    }

    @Override
    public void addBaseline(
            Digest digest, String channel, long serial, Envelope envelope, String by, Event event) {
        throw absent();
    }

    @Override
    public long newestSerial(String channel) {
        return 0;
    }

    @Override
    public void retireBaseline(Digest digest, Event event) {
        throw absent();
    }

    @Override
    public boolean tellExpiry(Digest digest, Event event) {
        return false;
    }

    @Override
    public void saveRollbackWindow(RollbackWindow window, String by, Event event) {
        throw absent();
    }

    private static UnsupportedOperationException absent() {
        return new UnsupportedOperationException("a simulated fleet does not have that");
    }
}

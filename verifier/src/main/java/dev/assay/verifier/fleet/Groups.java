package dev.assay.verifier.fleet;

import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// The groups and their settings.
public final class Groups {
    private final FleetStore store;
    private final Set<String> executors;
    private final Set<String> blockers;
    private final Journal journal;
    private final Clock clock;
    private final ReentrantLock writing = new ReentrantLock();
    private final Map<String, GroupSettings> groups = new ConcurrentHashMap<>();

    /// @param executors and `blockers`: names that the verifier's site file has
    public Groups(
            FleetStore store,
            Set<String> executors,
            Set<String> blockers,
            Journal journal,
            Clock clock) {
        this.executors = Set.copyOf(executors);
        this.blockers = Set.copyOf(blockers);
        this.store = store;
        this.journal = journal;
        this.clock = clock;
        store.loadGroups().forEach(group -> groups.put(group.name(), group));
    }

    /// Sorted by name.
    public List<GroupSettings> list() {
        return groups.values().stream().sorted(Comparator.comparing(GroupSettings::name)).toList();
    }

    public GroupSettings find(String name) throws RefusedException {
        GroupSettings group = groups.get(name);
        if (group == null) {
            throw new RefusedException(Refusal.UNKNOWN_GROUP, "there is no group " + name);
        }
        return group;
    }

    /// The group of a host: groups are never deleted.
    GroupSettings named(String group) {
        return Objects.requireNonNull(groups.get(group), "group of a token");
    }

    public GroupSettings of(Host host) {
        return Objects.requireNonNull(groups.get(host.group()), "host without group");
    }

    /// What groups name and the site file has not, one line each: those rungs fail, and those
    /// blockers hold resets for the group's patience.
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (GroupSettings group : list()) {
            for (String rung : group.ladder()) {
                if (!rung.equals(Reset.AGENT) && !executors.contains(rung)) {
                    missing.add(
                            "group " + group.name() + ": the site file has no executor " + rung);
                }
            }
            for (String blocker : group.blockers()) {
                if (!blockers.contains(blocker)) {
                    missing.add(
                            "group " + group.name() + ": the site file has no blocker " + blocker);
                }
            }
        }
        return missing;
    }

    public void create(GroupSettings settings, Principal by) throws RefusedException {
        writing.lock();
        try {
            if (groups.containsKey(settings.name())) {
                throw new RefusedException(
                        Refusal.GROUP_EXISTS, "there is a group " + settings.name() + " already");
            }
            save(settings, EventType.GROUP_CREATED, by);
        } finally {
            writing.unlock();
        }
    }

    /// Replaces the settings of the group of that name.
    public void change(GroupSettings settings, Principal by) throws RefusedException {
        writing.lock();
        try {
            find(settings.name());
            save(settings, EventType.GROUP_CHANGED, by);
        } finally {
            writing.unlock();
        }
    }

    /// What runs on the verifier, or is asked by it, is set up on the verifier: an operator's token
    /// chooses among names. A name that the group has already is let be: when the site file has
    /// lost it, a person must be able to stop the resets all the same.
    private static void requireKnown(
            String what, List<String> wanted, List<String> present, Set<String> known)
            throws RefusedException {
        for (String name : wanted) {
            if (!known.contains(name) && !present.contains(name)) {
                throw new RefusedException(
                        Refusal.OUT_OF_BOUNDS,
                        what
                                + ": the verifier's site file has no "
                                + name
                                + ", it has "
                                + (known.isEmpty() ? "none" : new TreeSet<>(known)));
            }
        }
    }

    private void save(GroupSettings settings, EventType type, Principal by)
            throws RefusedException {
        GroupSettings present = groups.get(settings.name());
        List<String> rungs = new ArrayList<>(List.of(Reset.AGENT));
        List<String> asked = List.of();
        if (present != null) {
            rungs.addAll(present.ladder());
            asked = present.blockers();
        }
        requireKnown("ladder", settings.ladder(), rungs, executors);
        requireKnown("blockers", settings.blockers(), asked, blockers);
        Event event =
                Event.ofGroup(
                        clock.instant(),
                        type,
                        settings.name(),
                        Map.of(
                                "by", by.tokenId(),
                                "channel", settings.channel(),
                                "mode", settings.mode().wire()));
        store.saveGroup(settings, event);
        groups.put(settings.name(), settings);
        journal.committed(event);
    }
}

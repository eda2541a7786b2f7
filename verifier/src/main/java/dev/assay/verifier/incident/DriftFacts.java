package dev.assay.verifier.incident;

import dev.assay.baseline.Drift;
import dev.assay.tree.NodePath;
import dev.assay.verifier.fleet.StoredDrift;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the paths of a drift say, counted once when it is written down. Owners and package
/// databases are the drifted host's own word: who can change its files can change those too.
///
/// @param listed paths that are known one by one
/// @param dangers how many paths have each of {@link PathNature#dangers}
/// @param dangerous paths with any
/// @param data paths that look like what programs write for themselves
/// @param packages owners by name, and whether the same drift shows that the package was changed;
///   at most {@link #MAX_PACKAGES}
/// @param owned paths that some package owns
/// @param updated paths that belong to a changed package, or to the database that says so
/// @param undetermined paths that could not be looked at
public record DriftFacts(
        int listed,
        SortedMap<String, Integer> dangers,
        int dangerous,
        int data,
        SortedMap<String, Boolean> packages,
        int owned,
        int updated,
        int undetermined) {
    public static final int MAX_PACKAGES = 32;

    private static final Pattern PACKAGE_LEAF = Pattern.compile("package/[^/]+/(.+)");

    /// `NAME.md5sums` or `NAME:ARCHITECTURE.list` of dpkg's database.
    private static final Pattern DPKG_INFO =
            Pattern.compile(
                    "fs/var/lib/dpkg/info/([a-z0-9][a-z0-9+.-]*?)(:[a-z0-9]+)?\\.[a-z0-9]+");

    private static final List<NodePath> DATABASES =
            List.of(
                    NodePath.of("fs/var/lib/dpkg"),
                    NodePath.of("fs/var/lib/rpm"),
                    NodePath.of("fs/usr/lib/sysimage/rpm"));

    public DriftFacts {
        dangers = Collections.unmodifiableSortedMap(new TreeMap<>(dangers));
        packages = Collections.unmodifiableSortedMap(new TreeMap<>(packages));
    }

    public static DriftFacts of(StoredDrift drift) {
        return new Counting(drift).facts();
    }

    /// Whether every path that is known belongs to a package that was changed.
    public boolean allUpdated() {
        return listed > 0 && updated == listed && owned > 0;
    }

    /// Whether every path belongs to some package.
    public boolean allOwned() {
        return owned > 0 && owned == listed;
    }

    /// Of two drifts that share a path.
    DriftFacts plus(DriftFacts other) {
        SortedMap<String, Integer> allDangers = new TreeMap<>(dangers);
        other.dangers.forEach((word, count) -> allDangers.merge(word, count, Integer::sum));
        SortedMap<String, Boolean> allPackages = new TreeMap<>(packages);
        other.packages.forEach(
                (name, changed) -> {
                    if (allPackages.size() < MAX_PACKAGES || allPackages.containsKey(name)) {
                        allPackages.merge(name, changed, Boolean::logicalAnd);
                    }
                });
        return new DriftFacts(
                listed + other.listed,
                allDangers,
                dangerous + other.dangerous,
                data + other.data,
                allPackages,
                owned + other.owned,
                updated + other.updated,
                undetermined + other.undetermined);
    }

    /// Name of an owner as agents write it: name, version.
    static String packageName(String owner) {
        int space = owner.indexOf(' ');
        return space < 0 ? owner : owner.substring(0, space);
    }

    private static final class Counting {
        private final List<Drift> drifts = new ArrayList<>();
        private final SortedMap<String, Integer> dangers = new TreeMap<>();
        private final List<String> changed = new ArrayList<>();
        private int dangerous;
        private int data;
        private int owned;
        private int updated;
        private int undetermined;

        Counting(StoredDrift stored) {
            for (Drift drift : stored.drifts()) {
                if (drift.isUndetermined()) {
                    undetermined++;
                } else {
                    drifts.add(drift);
                    changedPackage(drift.path()).ifPresent(changed::add);
                }
            }
        }

        private static Optional<String> changedPackage(NodePath path) {
            Matcher leaf = PACKAGE_LEAF.matcher(path.toString());
            Matcher info = DPKG_INFO.matcher(path.toString());
            if (leaf.matches()) {
                return Optional.of(leaf.group(1));
            }
            return info.matches() ? Optional.of(info.group(1)) : Optional.empty();
        }

        DriftFacts facts() {
            SortedMap<String, Boolean> packages = new TreeMap<>();
            for (Drift drift : drifts) {
                PathNature nature = PathNature.of(drift);
                nature.dangers().forEach(word -> dangers.merge(word, 1, Integer::sum));
                dangerous += nature.dangers().isEmpty() ? 0 : 1;
                data += nature.data() ? 1 : 0;
                count(drift.path(), drift.owner(), packages);
            }
            return new DriftFacts(
                    drifts.size(),
                    dangers,
                    dangerous,
                    data,
                    packages,
                    owned,
                    updated,
                    undetermined);
        }

        private void count(
                NodePath path, @Nullable String owner, SortedMap<String, Boolean> packages) {
            boolean database =
                    DATABASES.stream().anyMatch(place -> path.startsWith(place))
                            || path.startsWith(NodePath.of("package"));
            if (owner != null) {
                String name = packageName(owner);
                boolean was = changed.contains(name);
                if (packages.size() < MAX_PACKAGES) {
                    packages.put(name, was);
                }
                owned++;
                updated += was ? 1 : 0;
            } else if (database) {
                owned++;
                updated++;
            }
        }
    }

    /// For messages: at most `most` names.
    String names(int most) {
        List<String> names = packages.keySet().stream().limit(most).toList();
        int more = packages.size() - names.size();
        return String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
    }

    /// For messages: the words of danger.
    String dangerWords() {
        return String.join(", ", dangers.keySet());
    }
}

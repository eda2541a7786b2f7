package dev.assay.baseline;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.tree.TreeFold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gathers drifts within bounds: all of them while they fit into a report, then only their paths'
/// counts. Touching a million files makes a report of a few subtrees, not one that is refused.
public final class DriftCollector implements Consumer<Drift> {
    private static final int MAX_DEPTH = 16;

    private final List<Drift> listed = new ArrayList<>();
    private final List<SortedMap<NodePath, long[]>> byDepth = new ArrayList<>();
    private long chars;
    private long total;
    private long undetermined;

    public DriftCollector() {
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            byDepth.add(new TreeMap<>());
        }
    }

    @Override
    public void accept(Drift drift) {
        total++;
        if (drift.isUndetermined()) {
            undetermined++;
        }
        chars += 64L + drift.path().value().length();
        if (drift.measured() != null) {
            chars += 2L * drift.measured().encode().length();
        }
        if (listed.size() < DriftReport.MAX_ITEMS) {
            listed.add(drift);
        }
        count(drift);
    }

    /// Counts under each ancestor, as long as a depth has few enough of them to be reported.
    private void count(Drift drift) {
        NodePath path = NodePath.ROOT;
        List<Bytes> segments = drift.path().segments();
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            if (depth < segments.size()) {
                path = path.child(segments.get(depth));
            }
            SortedMap<NodePath, long[]> counts = byDepth.get(depth);
            if (counts.size() <= DriftReport.MAX_SUBTREES) {
                long[] count = counts.computeIfAbsent(path, key -> new long[4]);
                count[column(drift)]++;
            }
        }
    }

    private static int column(Drift drift) {
        return switch (drift.change()) {
            case ADDED -> 0;
            case REMOVED -> 1;
            case CHANGED -> 2;
            case UNREADABLE, UNSTABLE -> 3;
        };
    }

    public long total() {
        return total;
    }

    /// How many say only that the agent could not look.
    public long undetermined() {
        return undetermined;
    }

    /// The first of them, sorted by path.
    public List<Drift> listed() {
        return List.copyOf(listed);
    }

    private boolean fits() {
        return total == listed.size() && chars <= DriftReport.MAX_ITEM_CHARS;
    }

    /// @param owners package names by path, as far as they are known
    /// @throws IllegalStateException where nothing drifted
    public DriftReport report(MeasurementSet measured, Map<NodePath, String> owners) {
        if (fits()) {
            List<DriftReport.Item> items =
                    listed.stream()
                            .map(drift -> drift.withOwner(owners.get(drift.path())))
                            .map(DriftReport::item)
                            .toList();
            return new DriftReport(items, List.of(), total);
        }
        SortedMap<NodePath, long[]> counts = deepestThatFits();
        Map<NodePath, Digest> digests = new HashMap<>();
        TreeFold fold =
                new TreeFold(
                        (path, digest) -> {
                            if (counts.containsKey(path)) {
                                digests.put(path, digest);
                            }
                        });
        for (Entry entry : measured) {
            fold.add(entry.path(), entry.encoded());
        }
        fold.finish();
        List<DriftReport.Subtree> subtrees = new ArrayList<>();
        counts.forEach(
                (path, count) -> {
                    @Nullable Digest digest = digests.get(path);
                    subtrees.add(
                            new DriftReport.Subtree(
                                    path, digest, count[0], count[1], count[2], count[3]));
                });
        return new DriftReport(List.of(), subtrees, total);
    }

    /// A path that is shorter than the depth stands for itself and would overlap with what lies
    /// below it: such depths are passed over.
    private SortedMap<NodePath, long[]> deepestThatFits() {
        for (int depth = MAX_DEPTH - 1; depth > 0; depth--) {
            SortedMap<NodePath, long[]> counts = byDepth.get(depth);
            if (counts.size() <= DriftReport.MAX_SUBTREES && !overlaps(counts)) {
                return counts;
            }
        }
        return byDepth.getFirst();
    }

    private static boolean overlaps(SortedMap<NodePath, long[]> counts) {
        @Nullable NodePath last = null;
        for (NodePath path : counts.keySet()) {
            if (last != null && path.startsWith(last)) {
                return true;
            }
            last = path;
        }
        return false;
    }
}

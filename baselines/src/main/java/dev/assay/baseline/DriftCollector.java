package dev.assay.baseline;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.measurement.Entry;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.tree.TreeFold;
import java.util.ArrayList;
import java.util.Arrays;
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

    /// `,"owner":`
    private static final int OWNER_FIELD_CHARS = 9;

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
        if (listed.size() < DriftReport.MAX_ITEMS && chars <= DriftReport.MAX_ITEM_CHARS) {
            chars += Json.write(DriftReport.item(drift)).length() + 1L;
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

    /// @param owners package names by path, as far as they are known; left out where they do not
    ///   fit
    /// @throws IllegalStateException where nothing drifted
    public DriftReport report(MeasurementSet measured, Map<NodePath, String> owners) {
        if (total == 0) {
            throw new IllegalStateException("no drift to report");
        }
        return fits()
                ? new DriftReport(items(owners), List.of(), total)
                : new DriftReport(List.of(), subtrees(measured), total);
    }

    private List<DriftReport.Item> items(Map<NodePath, String> owners) {
        List<DriftReport.Item> items = new ArrayList<>();
        long withOwners = chars;
        for (Drift drift : listed) {
            @Nullable String owner = owners.get(drift.path());
            if (owner != null && owner.length() <= DriftReport.Item.MAX_OWNER_CHARS) {
                withOwners += Json.write(owner).length() + OWNER_FIELD_CHARS;
                if (withOwners <= DriftReport.MAX_ITEM_CHARS) {
                    items.add(DriftReport.item(drift.withOwner(owner)));
                    continue;
                }
            }
            items.add(DriftReport.item(drift));
        }
        return items;
    }

    /// At the greatest depth at which they fit.
    private List<DriftReport.Subtree> subtrees(MeasurementSet measured) {
        for (int depth = MAX_DEPTH - 1; depth >= 0; depth--) {
            if (byDepth.get(depth).size() <= DriftReport.MAX_SUBTREES) {
                List<DriftReport.Subtree> subtrees = subtrees(measured, joined(depth));
                if (Json.write(subtrees).length() <= DriftReport.MAX_ITEM_CHARS) {
                    return subtrees;
                }
            }
        }
        throw new IllegalStateException("the tree has more top-level parts than a report holds");
    }

    /// A path shorter than the depth stands for itself and takes in what lies below it.
    private SortedMap<NodePath, long[]> joined(int depth) {
        TreeMap<NodePath, long[]> joined = new TreeMap<>();
        byDepth.get(depth)
                .forEach(
                        (path, count) -> {
                            boolean inside = !joined.isEmpty() && path.startsWith(joined.lastKey());
                            long[] sum =
                                    joined.computeIfAbsent(
                                            inside ? joined.lastKey() : path, key -> new long[4]);
                            Arrays.setAll(sum, i -> sum[i] + count[i]);
                        });
        return joined;
    }

    private static List<DriftReport.Subtree> subtrees(
            MeasurementSet measured, SortedMap<NodePath, long[]> counts) {
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
        return subtrees;
    }
}

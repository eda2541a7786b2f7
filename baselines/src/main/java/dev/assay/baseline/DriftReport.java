package dev.assay.baseline;

import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What an agent says has drifted, so that it can be checked: applied to the baseline's tree it
/// must give the attested root ({@link ClaimedTree}), and so it can be neither trimmed nor padded.
///
/// @param items sorted by path; empty where there are too many, then `subtrees` stand for them
/// @param subtrees sorted by path, none inside another
/// @param total how many paths drifted, listed or not
public record DriftReport(List<Item> items, List<Subtree> subtrees, long total) {
    public static final int MAX_ITEMS = 2000;
    public static final int MAX_SUBTREES = 256;

    /// Of all items or subtrees together, as JSON: room is left for the rest of the evidence.
    public static final int MAX_ITEM_CHARS = 512 << 10;

    /// Of one count, so that no sum overflows.
    public static final long MAX_COUNT = 1L << 48;

    /// @param measured the leaf's fields ({@link LeafJson}); null where the path is gone
    /// @param owner descriptive
    public record Item(
            NodePath path, @Nullable Map<String, String> measured, @Nullable String owner) {
        public static final int MAX_OWNER_CHARS = 256;

        /// @throws IllegalArgumentException where the owner is too long
        public Item {
            Objects.requireNonNull(path, "drift without path");
            if (path.isRoot()) {
                throw new IllegalArgumentException("the root has no leaf that could drift");
            }
            // Not Map.copyOf, whose order differs from run to run: one report would have many
            // texts.
            measured =
                    measured == null
                            ? null
                            : Collections.unmodifiableMap(new LinkedHashMap<>(measured));
            if (owner != null && owner.length() > MAX_OWNER_CHARS) {
                throw new IllegalArgumentException("owner is too long");
            }
        }
    }

    /// @param digest of the measured subtree; null where all of it is gone
    public record Subtree(
            NodePath path,
            @Nullable Digest digest,
            long added,
            long removed,
            long changed,
            long undetermined) {
        /// @throws IllegalArgumentException where it is the whole tree or counts nothing
        public Subtree {
            Objects.requireNonNull(path, "subtree without path");
            if (path.isRoot()) {
                throw new IllegalArgumentException("the whole tree is not a subtree");
            }
            for (long count : new long[] {added, removed, changed, undetermined}) {
                if (count < 0 || count > MAX_COUNT) {
                    throw new IllegalArgumentException("subtree's count is out of bounds");
                }
            }
            if (added + removed + changed + undetermined == 0) {
                throw new IllegalArgumentException("subtree of a drift report counts no drift");
            }
        }

        long drifts() {
            return added + removed + changed + undetermined;
        }
    }

    /// @throws IllegalArgumentException where a limit or the order is broken
    public DriftReport {
        items = List.copyOf(items);
        subtrees = List.copyOf(subtrees);
        if (items.size() > MAX_ITEMS || subtrees.size() > MAX_SUBTREES) {
            throw new IllegalArgumentException("drift report has too many items");
        }
        for (int i = 1; i < items.size(); i++) {
            requireOrder(items.get(i - 1).path(), items.get(i).path());
        }
        for (int i = 1; i < subtrees.size(); i++) {
            NodePath before = subtrees.get(i - 1).path();
            requireOrder(before, subtrees.get(i).path());
            if (subtrees.get(i).path().startsWith(before)) {
                throw new IllegalArgumentException("subtrees of a drift report overlap");
            }
        }
        if (!items.isEmpty() && !subtrees.isEmpty()) {
            throw new IllegalArgumentException("drift report has both items and subtrees");
        }
        long counted = items.size() + subtrees.stream().mapToLong(Subtree::drifts).sum();
        if (items.isEmpty() && subtrees.isEmpty() || total != counted) {
            throw new IllegalArgumentException("drift report says nothing or miscounts");
        }
    }

    private static void requireOrder(NodePath before, NodePath after) {
        if (before.compareTo(after) >= 0) {
            throw new IllegalArgumentException("drift report is not sorted");
        }
    }

    static Item item(Drift drift) {
        return new Item(
                drift.path(),
                drift.measured() == null ? null : LeafJson.write(drift.measured()),
                drift.owner());
    }
}

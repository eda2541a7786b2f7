package dev.assay.agent.tree;

import dev.assay.baseline.Coverage;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.scope.MutabilityClass;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// All files of one host as they were measured by one scope.
public final class FileTree implements Iterable<Entry> {
    private static final int MAX_PATH_CHARS = 4000;

    private final Folder top;
    private volatile @Nullable Totals totals;

    /// What a tree adds up to.
    ///
    /// @param files regular files that were looked at wholly
    /// @param undetermined leaves that are unreadable or unstable
    /// @param notMeasured of what was left out, the first {@link Coverage#MAX_NOT_MEASURED}
    /// @param notMeasuredCount of all of it
    public record Totals(
            Map<MutabilityClass, Coverage.Count> classes,
            long files,
            long undetermined,
            List<Coverage.NotMeasured> notMeasured,
            long notMeasuredCount) {
        public static final Totals NONE = new Totals(Map.of(), 0, 0, List.of(), 0);

        public Totals {
            classes = Map.copyOf(classes);
            notMeasured = List.copyOf(notMeasured);
        }
    }

    FileTree(Folder top) {
        this.top = top;
    }

    Folder top() {
        return top;
    }

    /// Whether nothing at all changed between the two, times and looks neither.
    public boolean isSame(FileTree other) {
        return top == other.top;
    }

    /// The leaves.
    public int size() {
        return top.nodes();
    }

    /// Of all that was measured.
    public Digest digest() {
        return top.digest();
    }

    /// Of the node that the walk's root was told as.
    ///
    /// @return null where nothing was measured
    public @Nullable Digest digest(String root) {
        Records record = top.records();
        PlainLeaf none = new PlainLeaf();
        while (record.next()) {
            if (record.name().lossyText().equals(root)) {
                return record.has(Records.FOLDER)
                        ? digestOf(top.below()[record.folder()])
                        : Digest.ofContent(record.leaf(none));
            }
        }
        return null;
    }

    private static @Nullable Digest digestOf(Folder folder) {
        return folder.nodes() == 0 ? null : folder.digest();
    }

    /// Seconds since 1970 at which the content that was read longest ago was read; empty where
    /// there is none.
    public @Nullable Long oldestRead() {
        return top.oldestRead() == Folder.NEVER_READ ? null : (long) top.oldestRead();
    }

    /// In tree order.
    @Override
    public Iterator<Entry> iterator() {
        return new Entries(top, null);
    }

    /// The entries, in tree order, but for those of folders that are alike in the other tree.
    public Iterable<Entry> unlike(FileTree other) {
        return () -> new Entries(top, other.top);
    }

    /// The same entries, with the other tree's folders where they are alike.
    public FileTree sharing(FileTree other) {
        return new FileTree(top.sharing(other.top));
    }

    /// About what it takes to read all content again, in bytes.
    public long rereadCost() {
        return top.rereadCost();
    }

    /// Files whose content was read at a time that the chooser picks, in tree order.
    ///
    /// @param chooser given seconds since 1970
    /// @param maxCost about what reading them takes together, of {@link #rereadCost}
    public List<NodePath> filesReadAt(LongPredicate chooser, long maxCost) {
        List<NodePath> chosen = new ArrayList<>();
        long cost = 0;
        Descent descent = new Descent(top);
        Records record = descent.next();
        while (record != null && cost < maxCost) {
            if (record.has(Records.FOLDER)) {
                descent.enter(record);
            } else if (record.isOfContent() && chooser.test(record.readAt())) {
                chosen.add(descent.path(record));
                cost += record.rereadCost();
            }
            record = descent.next();
        }
        return chosen;
    }

    /// All names of these things, in tree order; of another filesystem's things too where it gave
    /// them the same numbers.
    public List<NodePath> namesOf(Set<Long> inodes) {
        List<NodePath> names = new ArrayList<>();
        Descent descent = new Descent(top);
        Records record = descent.next();
        while (record != null) {
            if (record.has(Records.FOLDER)) {
                descent.enter(record);
            } else if (record.has(Records.STAMP) && inodes.contains(record.inode())) {
                names.add(descent.path(record));
            }
            record = descent.next();
        }
        return names;
    }

    /// Counted once: where nothing changed the next measurement is of the same tree.
    public Totals totals() {
        Totals counted = totals;
        if (counted == null) {
            counted = new Tally().of(top);
            totals = counted;
        }
        return counted;
    }

    /// Goes through all records in tree order. Only the path of the folder that it stands in is
    /// kept: one for each level would cost the square of the depth.
    private static final class Descent {
        /// @param other what another tree has in this place; null for nothing
        private record Level(Folder folder, Records record, @Nullable Known other) {
            static Level of(Folder folder, @Nullable Folder other) {
                return new Level(folder, folder.records(), other == null ? null : new Known(other));
            }
        }

        private final Deque<Level> levels = new ArrayDeque<>();
        private NodePath here = NodePath.ROOT;

        Descent(Folder top) {
            this(top, null);
        }

        Descent(Folder top, @Nullable Folder other) {
            levels.push(Level.of(top, other));
        }

        /// The next record, or null after the last; below a folder the next one is its first.
        @Nullable Records next() {
            while (!levels.isEmpty()) {
                Records record = levels.element().record();
                if (record.next()) {
                    return record;
                }
                levels.pop();
                here = here.parent();
            }
            return null;
        }

        NodePath path(Records record) {
            return here.child(record.name());
        }

        Folder folder(Records record) {
            return levels.element().folder().below()[record.folder()];
        }

        /// What the other tree has in the folder's place; null where it is none.
        @Nullable Folder other(Records record) {
            Known other = levels.element().other();
            Known.Found found = other == null ? null : other.find(record.name());
            return found == null ? null : found.below();
        }

        void enter(Records record) {
            enter(record, null);
        }

        void enter(Records record, @Nullable Folder other) {
            Folder folder = folder(record);
            here = path(record);
            levels.push(Level.of(folder, other));
        }
    }

    private static final class Entries implements Iterator<Entry> {
        private final Descent descent;
        private final PlainLeaf scratch = new PlainLeaf();
        private @Nullable Entry next;

        /// @param other a tree whose like folders are passed over; null for none
        Entries(Folder top, @Nullable Folder other) {
            descent = new Descent(top, other);
            next = advance();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Entry next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            Entry entry = next;
            next = advance();
            return entry;
        }

        private @Nullable Entry advance() {
            for (Records record = descent.next(); record != null; record = descent.next()) {
                if (record.has(Records.FOLDER)) {
                    Folder folder = descent.folder(record);
                    Folder other = descent.other(record);
                    if (folder.nodes() > 0 && !folder.isAlike(other)) {
                        NodePath path = descent.path(record);
                        Bytes own = folder.ownLeaf();
                        descent.enter(record, other);
                        if (own != null) {
                            return new Entry(path, own);
                        }
                    }
                } else if (record.has(Records.LEAF)) {
                    return new Entry(descent.path(record), record.leaf(scratch));
                }
            }
            return null;
        }
    }

    private static final class Tally {
        private static final class Sum {
            private long entries;
            private long bytes;
        }

        private final Map<MutabilityClass, Sum> sums = new EnumMap<>(MutabilityClass.class);
        private final List<Coverage.NotMeasured> notMeasured = new ArrayList<>();
        private long notMeasuredCount;
        private long files;
        private long undetermined;

        Totals of(Folder top) {
            Descent descent = new Descent(top);
            for (Records record = descent.next(); record != null; record = descent.next()) {
                count(descent, record);
                if (record.has(Records.FOLDER)) {
                    byte[] leaf = descent.folder(record).leaf();
                    if (leaf != null && Undetermined.is(leaf, 0, leaf.length)) {
                        undetermined++;
                    }
                    descent.enter(record);
                }
            }
            Map<MutabilityClass, Coverage.Count> classes = new EnumMap<>(MutabilityClass.class);
            sums.forEach(
                    (mutability, sum) ->
                            classes.put(mutability, new Coverage.Count(sum.entries, sum.bytes)));
            return new Totals(classes, files, undetermined, notMeasured, notMeasuredCount);
        }

        private void count(Descent descent, Records record) {
            MutabilityClass mutability = record.mutability();
            if (mutability != null && mutability != MutabilityClass.UNMEASURED) {
                Sum sum = sums.computeIfAbsent(mutability, absent -> new Sum());
                sum.entries++;
                sum.bytes += record.covered();
            }
            if (record.has(Records.FILE)) {
                files++;
            }
            if (record.has(Records.LEAF)
                    && !record.has(Records.PLAIN)
                    && Undetermined.is(record.packed(), record.leafFrom(), record.leafLength())) {
                undetermined++;
            }
            if (record.has(Records.LEFT_OUT)) {
                notMeasuredCount++;
                if (notMeasured.size() < Coverage.MAX_NOT_MEASURED) {
                    String path = descent.path(record).toString();
                    notMeasured.add(new Coverage.NotMeasured(brief(path), record.reason()));
                }
            }
        }

        private static String brief(String path) {
            return path.length() <= MAX_PATH_CHARS ? path : path.substring(0, MAX_PATH_CHARS) + "…";
        }
    }
}

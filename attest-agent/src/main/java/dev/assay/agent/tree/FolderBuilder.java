package dev.assay.agent.tree;

import dev.assay.agent.collect.files.FileStat;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.MutabilityClass;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gathers what several threads find in one directory. It is sealed when the last of them releases
/// it, and with it the directories above that waited for nothing else.
public final class FolderBuilder {
    private static final Bytes NOTHING = Bytes.EMPTY;

    /// A million files with names of twenty bytes in one directory, and not so many that a user who
    /// fills one takes up the heap: while they are sorted there are two of each.
    private static final long MAX_RECORDS_BYTES = 56L << 20;

    private final @Nullable FolderBuilder parent;
    private final Bytes name;
    private final int flags;
    private final @Nullable String leftOut;
    private final @Nullable Known known;
    private final Consumer<NodePath> touched;
    private final long maxRecordsBytes;
    private final RecordPile records;
    private final RecordWriter writer = new RecordWriter();
    private final List<Folder> below = new ArrayList<>();
    private final AtomicInteger pending = new AtomicInteger(1);
    private volatile boolean full;
    private boolean changed;
    private @Nullable Stamp stamp;
    private byte @Nullable [] leaf;
    private @Nullable Folder sealed;

    private FolderBuilder(
            @Nullable FolderBuilder parent,
            Bytes name,
            int flags,
            @Nullable String leftOut,
            @Nullable Known known,
            Consumer<NodePath> touched,
            long maxRecordsBytes) {
        this.touched = touched;
        this.maxRecordsBytes = maxRecordsBytes;
        this.records = known == null ? new RecordPile() : new RecordPile(known.folder().packed());
        this.parent = parent;
        this.name = name;
        this.flags = flags;
        this.leftOut = leftOut;
        this.known = known;
    }

    /// The node above the root of the walk, which is no directory and has no leaf.
    ///
    /// @param touched told of immutable directories that were changed and are as they were
    public static FolderBuilder top(@Nullable FileTree known, Consumer<NodePath> touched) {
        return top(known, touched, MAX_RECORDS_BYTES);
    }

    /// @param maxRecordsBytes of one directory
    public static FolderBuilder top(
            @Nullable FileTree known, Consumer<NodePath> touched, long maxRecordsBytes) {
        return new FolderBuilder(
                null,
                NOTHING,
                Records.NO_CLASS,
                null,
                known == null ? null : new Known(known.top()),
                touched,
                maxRecordsBytes);
    }

    /// Of the top, once all is released.
    public FileTree tree() {
        return new FileTree(result());
    }

    /// A directory in this one; this one waits for it.
    ///
    /// @param mutability null where no rule covers it
    /// @param leftOut why it is not measured; null where it is
    /// @param before what it was at an earlier look
    public FolderBuilder child(
            Bytes childName,
            @Nullable MutabilityClass mutability,
            @Nullable String leftOut,
            @Nullable Folder before) {
        hold();
        return new FolderBuilder(
                this,
                childName,
                Records.code(mutability) | (leftOut == null ? 0 : Records.LEFT_OUT),
                leftOut,
                before == null ? null : new Known(before),
                touched,
                maxRecordsBytes);
    }

    public @Nullable Known known() {
        return known;
    }

    /// What the directory itself is.
    ///
    /// @param settled whether its times were old enough to tell of every change since
    /// @param encodedLeaf null where it has none of its own
    public synchronized void itself(FileStat stat, boolean settled, @Nullable Bytes encodedLeaf) {
        stamp = stamp(stat, settled);
        leaf = encodedLeaf == null ? null : encodedLeaf.toArray();
    }

    private static @Nullable Stamp stamp(FileStat stat, boolean settled) {
        Stamp its = Stamp.of(stat);
        return its == null || settled ? its : its.unsettled();
    }

    /// The directory itself could not be determined wholly: it is looked at again each time, and
    /// known as the same thing, or all below it would be read again each time as well.
    public synchronized void undetermined(Kind kind, String reason) {
        stamp = stamp == null ? null : stamp.unsettled();
        leaf = Leaf.ofReason(kind, reason).encode().toArray();
    }

    /// Whether it holds so much that no further name is to be looked at: it is undetermined then,
    /// and what was found stays, so that this never takes a drift away.
    public boolean isFull() {
        return full;
    }

    /// Whether {@link #file} takes it: its times are such as clocks show.
    public static boolean canBePlain(FileStat stat) {
        return Stamp.of(stat) != null;
    }

    /// A regular file with nothing but mode, owner, size and content.
    ///
    /// @param readAt seconds since 1970
    /// @param believed whether its times were old enough then
    public void file(
            Bytes file,
            MutabilityClass mutability,
            FileStat stat,
            Digest content,
            int readAt,
            boolean believed) {
        Stamp its = Stamp.of(stat);
        if (its == null) {
            throw new IllegalArgumentException("a plain file has a stamp");
        }
        int bits =
                Records.code(mutability)
                        | Records.LEAF
                        | Records.STAMP
                        | Records.PLAIN
                        | Records.FILE;
        synchronized (this) {
            begin(file, bits | (believed && isOnOwnDevice(its) ? Records.BELIEVED : 0))
                    .stamp(its, readAt)
                    .fixed(stat.permissions(), 2)
                    .varint(stat.uid())
                    .varint(stat.gid())
                    .digest(content);
            end();
        }
    }

    /// Anything else.
    ///
    /// @param stat null for what is to be looked at again each time
    /// @param covered bytes of a regular file that the leaf covers; negative where it is none
    /// @param encodedLeaf null where it leaves no node
    public void entry(
            Bytes entry,
            @Nullable MutabilityClass mutability,
            @Nullable FileStat stat,
            long covered,
            @Nullable Bytes encodedLeaf,
            int readAt,
            boolean believed) {
        Stamp its = stat == null ? null : Stamp.of(stat);
        int bits =
                Records.code(mutability)
                        | (encodedLeaf == null ? 0 : Records.LEAF)
                        | (its == null ? 0 : Records.STAMP)
                        | (covered < 0 ? 0 : Records.FILE);
        synchronized (this) {
            boolean kept = believed && its != null && isOnOwnDevice(its);
            RecordWriter record = begin(entry, bits | (kept ? Records.BELIEVED : 0));
            if (its != null) {
                record.stamp(its, readAt);
            }
            if (covered >= 0) {
                record.varint(covered);
            }
            if (encodedLeaf != null) {
                record.framed(encodedLeaf);
            }
            end();
        }
    }

    /// A record has its directory's device: what another filesystem shows there, a bind mount or a
    /// crafted image, would be taken for what it hides.
    private boolean isOnOwnDevice(Stamp its) {
        return stamp != null && stamp.device() == its.device();
    }

    /// A directory with all below it as it was, after another look at itself.
    ///
    /// @param encodedLeaf null where it has none of its own
    public synchronized void keep(
            Bytes directory,
            @Nullable MutabilityClass mutability,
            @Nullable String reason,
            Folder before,
            FileStat stat,
            boolean settled,
            @Nullable Bytes encodedLeaf) {
        int bits = Records.code(mutability) | (reason == null ? 0 : Records.LEFT_OUT);
        Stamp its = stamp(stat, settled);
        byte[] own = encodedLeaf == null ? null : encodedLeaf.toArray();
        boolean same = Objects.equals(its, before.stamp()) && Arrays.equals(own, before.leaf());
        folder(directory, bits, reason, same ? before : before.with(its, own));
    }

    public void leftOut(Bytes entry, String reason) {
        synchronized (this) {
            begin(entry, Records.NO_CLASS | Records.LEFT_OUT).framed(Bytes.utf8(reason));
            end();
        }
    }

    /// A file that is as it was.
    public synchronized void keep(Known.Found found) {
        keep(found.record());
    }

    private void keep(Records record) {
        records.keep(record);
        requireRoom();
    }

    /// All names that were known but these, with all below them.
    public synchronized void keepOthers(Set<Bytes> names) {
        if (known == null) {
            return;
        }
        Records record = known.folder().records();
        while (record.next()) {
            if (names.contains(record.name())) {
                continue;
            }
            if (record.has(Records.FOLDER)) {
                folder(
                        record.name(),
                        record.flags(),
                        record.has(Records.LEFT_OUT) ? record.reason() : null,
                        known.folder().below()[record.folder()]);
            } else {
                keep(record);
            }
        }
    }

    /// Waits for one more {@link #release}.
    public void hold() {
        pending.incrementAndGet();
    }

    /// As many times as it was held, and once for its own.
    public void release() {
        FolderBuilder builder = this;
        while (builder != null && builder.pending.decrementAndGet() == 0) {
            builder.seal();
            FolderBuilder above = builder.parent;
            if (above != null) {
                above.add(builder);
            }
            builder = above;
        }
    }

    private synchronized void add(FolderBuilder child) {
        folder(child.name, child.flags, child.leftOut, child.result());
    }

    private void folder(Bytes child, int bits, @Nullable String reason, Folder folder) {
        int ownFlags = bits & (Records.CLASS_MASK | Records.LEFT_OUT);
        writer.clear().name(child).fixed(ownFlags | Records.FOLDER, 2).varint(below.size());
        if (reason != null) {
            writer.framed(Bytes.utf8(reason));
        }
        end();
        below.add(folder);
        Known.Found before = known == null ? null : known.find(child);
        changed |=
                before == null
                        || before.below() != folder
                        || (before.record().flags() & (Records.CLASS_MASK | Records.LEFT_OUT))
                                != ownFlags;
    }

    private RecordWriter begin(Bytes entry, int bits) {
        changed = true;
        return writer.clear().name(entry).fixed(bits, 2);
    }

    private void end() {
        records.add(writer);
        requireRoom();
    }

    private void requireRoom() {
        if (!full && records.bytes() > maxRecordsBytes) {
            full = true;
            undetermined(Kind.UNREADABLE, "holds too many names");
        }
    }

    /// Once all is released.
    Folder result() {
        if (sealed == null) {
            throw new IllegalStateException("folder is not complete");
        }
        return sealed;
    }

    private synchronized void seal() {
        Folder before = known == null ? null : known.folder();
        Stamp stampBefore = before == null ? null : before.stamp();
        if (before == null || known == null || changed || known.size() != records.count()) {
            sealed = new RecordMerge(records, below).folder(stamp, leaf);
        } else {
            boolean same = Arrays.equals(leaf, before.leaf()) && Objects.equals(stamp, stampBefore);
            sealed = same ? before : before.with(stamp, leaf);
        }
        records.clear();
        if (stampBefore != null
                && before != null
                && stampBefore.isSettled()
                && !stampBefore.equals(stamp)
                && flags == Records.code(MutabilityClass.IMMUTABLE)
                && sealed.digest().equals(before.digest())) {
            touched.accept(path());
        }
    }

    private NodePath path() {
        List<Bytes> names = new ArrayList<>();
        for (FolderBuilder at = this; at.parent != null; at = at.parent) {
            names.add(at.name);
        }
        NodePath path = NodePath.ROOT;
        for (Bytes segment : names.reversed()) {
            path = path.child(segment);
        }
        return path;
    }
}

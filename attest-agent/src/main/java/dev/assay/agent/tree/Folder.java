package dev.assay.agent.tree;

import dev.assay.agent.collect.files.FileStat;
import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import dev.assay.tree.NodeHasher;
import org.jspecify.annotations.Nullable;

/// One measured directory with all below it: immutable, so that two trees share what is equal in
/// both, and with its digest, so that a change costs the way up and nothing else.
public final class Folder {
    static final Folder[] NONE = new Folder[0];

    /// The oldest of no digests at all.
    static final int NEVER_READ = Integer.MAX_VALUE;

    /// What a thread digests folders with.
    private record Scratch(NodeHasher folder, NodeHasher leaf, PlainLeaf plain) {}

    private static final ThreadLocal<Scratch> SCRATCH =
            ThreadLocal.withInitial(
                    () -> new Scratch(new NodeHasher(), new NodeHasher(), new PlainLeaf()));

    private final @Nullable Stamp stamp;
    private final byte @Nullable [] leaf;
    private final byte[] records;
    private final Folder[] below;
    private final int nodes;
    private final int oldestRead;
    private final long rereadCost;
    private final Digest digest;

    /// @param leaf its own, encoded; null where only what is below has any
    /// @param records sorted by name, each name once
    Folder(@Nullable Stamp stamp, byte @Nullable [] leaf, byte[] records, Folder[] below) {
        this.stamp = stamp;
        this.leaf = leaf;
        this.records = records;
        this.below = below;
        Scratch scratch = SCRATCH.get();
        NodeHasher hasher = scratch.folder();
        int counted = leaf == null ? 0 : 1;
        int oldest = NEVER_READ;
        long cost = 0;
        hasher.begin(leaf == null ? new byte[0] : leaf, 0, leaf == null ? 0 : leaf.length);
        Records record = records();
        while (record.next()) {
            if (record.has(Records.FOLDER)) {
                Folder child = below[record.folder()];
                counted += child.nodes;
                oldest = Math.min(oldest, child.oldestRead);
                cost += child.rereadCost;
                if (child.nodes > 0) {
                    add(hasher, record, child.digest);
                }
            } else if (record.has(Records.LEAF)) {
                counted++;
                add(hasher, record, digest(record, scratch));
            }
            if (record.isOfContent()) {
                oldest = Math.min(oldest, record.readAt());
                cost += record.rereadCost();
            }
        }
        this.nodes = counted;
        this.oldestRead = oldest;
        this.rereadCost = cost;
        this.digest = hasher.end();
    }

    /// One that was digested before.
    ///
    /// @param nodes leaves, its own among them
    /// @param oldestRead seconds since 1970, or {@link #NEVER_READ}
    /// @param rereadCost as {@link Records#rereadCost}
    Folder(
            @Nullable Stamp stamp,
            byte @Nullable [] leaf,
            byte[] records,
            Folder[] below,
            int nodes,
            int oldestRead,
            long rereadCost,
            Digest digest) {
        this.stamp = stamp;
        this.leaf = leaf;
        this.records = records;
        this.below = below;
        this.nodes = nodes;
        this.oldestRead = oldestRead;
        this.rereadCost = rereadCost;
        this.digest = digest;
    }

    private static void add(NodeHasher hasher, Records record, Digest digest) {
        hasher.child(record.packed(), record.nameFrom(), record.nameLength(), digest);
    }

    private static Digest digest(Records record, Scratch scratch) {
        NodeHasher hasher = scratch.leaf();
        if (record.has(Records.PLAIN)) {
            PlainLeaf plain = record.plain(scratch.plain());
            return hasher.begin(plain.buffer(), 0, plain.length()).end();
        }
        return hasher.begin(record.packed(), record.leafFrom(), record.leafLength()).end();
    }

    /// Of the node that this directory is.
    public Digest digest() {
        return digest;
    }

    /// Whether it is the same node of the tree, with all below it.
    boolean isAlike(@Nullable Folder other) {
        return this == other
                || other != null && nodes == other.nodes && digest.equals(other.digest);
    }

    /// Leaves, its own among them: 0 where the directory is no node of the tree.
    public int nodes() {
        return nodes;
    }

    /// Seconds since 1970 at which the oldest content below was read.
    int oldestRead() {
        return oldestRead;
    }

    /// Of all content below, as {@link Records#rereadCost}.
    long rereadCost() {
        return rereadCost;
    }

    /// Whether nothing tells of a change of the directory itself.
    public boolean isUnchanged(FileStat stat) {
        return stamp != null && stamp.equals(Stamp.of(stat));
    }

    /// Whether it could not be determined wholly: then some of what is below may be missing.
    public boolean isUndetermined() {
        return leaf != null && Undetermined.is(leaf, 0, leaf.length);
    }

    @Nullable Stamp stamp() {
        return stamp;
    }

    byte @Nullable [] leaf() {
        return leaf;
    }

    public @Nullable Bytes ownLeaf() {
        return leaf == null ? null : Bytes.copyOf(leaf);
    }

    Records records() {
        return new Records(records, records.length);
    }

    byte[] packed() {
        return records;
    }

    Folder[] below() {
        return below;
    }

    /// The same directory, with all below it as it was, after another look at itself.
    Folder with(@Nullable Stamp other, byte @Nullable [] otherLeaf) {
        return new Folder(other, otherLeaf, records, below);
    }

    /// The same node, with the other's folders where they are alike.
    Folder sharing(Folder other) {
        if (isAlike(other)) {
            return other;
        }
        Known known = new Known(other);
        Folder[] shared = below.clone();
        Records record = records();
        while (record.next()) {
            if (record.has(Records.FOLDER)) {
                Known.Found found = known.find(record.name());
                Folder its = found == null ? null : found.below();
                if (its != null) {
                    shared[record.folder()] = below[record.folder()].sharing(its);
                }
            }
        }
        return new Folder(stamp, leaf, records, shared, nodes, oldestRead, rereadCost, digest);
    }

    public boolean isSameThing(FileStat stat) {
        return stamp != null && stamp.isSameThing(stat);
    }
}

package dev.assay.agent.tree;

import dev.assay.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sorts the records of one directory, each name once: a directory that changes can list one twice,
/// and one that was found readable can refuse its list.
final class RecordMerge {
    private final RecordPile pile;
    private final List<Folder> unsorted;
    private final int[] places;
    private final RecordWriter sorted;
    private final List<Folder> below = new ArrayList<>();
    private final PlainLeaf scratch = new PlainLeaf();

    RecordMerge(RecordPile pile, List<Folder> below) {
        this.pile = pile;
        this.unsorted = below;
        this.places = NameOrder.places(pile);
        // As many bytes as there will be, unless a name is listed twice: nothing is copied again.
        this.sorted = new RecordWriter(Math.toIntExact(pile.bytes()));
    }

    Folder folder(@Nullable Stamp stamp, byte @Nullable [] leaf) {
        for (int i = 0; i < places.length; ) {
            int same = i + 1;
            while (same < places.length && pile.compareNames(places[i], places[same]) == 0) {
                same++;
            }
            if (same == i + 1) {
                put(pile.at(places[i]));
            } else {
                putMerged(i, same);
            }
            i = same;
        }
        return new Folder(stamp, leaf, sorted.exactly(), below.toArray(Folder.NONE));
    }

    private void put(Records record) {
        if (record.has(Records.FOLDER)) {
            put(record, unsorted.get(record.folder()));
        } else {
            sorted.raw(record.packed(), record.start(), record.end() - record.start());
        }
    }

    /// One that was entered and, at another look, left out.
    private void put(Records record, Folder folder, String leftOut) {
        sorted.name(record.name())
                .fixed(record.flags() | Records.LEFT_OUT, 2)
                .varint(below.size())
                .framed(Bytes.utf8(leftOut));
        below.add(folder);
    }

    private void put(Records record, Folder folder) {
        sorted.name(record.name())
                .fixed(record.flags(), 2)
                .varint(below.size())
                .raw(record.packed(), record.afterFolder(), record.end() - record.afterFolder());
        below.add(folder);
    }

    private void putMerged(int from, int to) {
        byte[] leaf = null;
        Records folderRecord = null;
        Records other = null;
        String leftOut = null;
        for (int i = from; i < to; i++) {
            Records record = pile.at(places[i]);
            byte[] its = leaf(record);
            leftOut = leftOut == null && record.has(Records.LEFT_OUT) ? record.reason() : leftOut;
            leaf = leaf == null ? its : its == null ? leaf : Undetermined.merge(leaf, its);
            if (record.has(Records.FOLDER)) {
                // Entered twice: the look that found more is nearer to what an intruder hides.
                boolean more = folderRecord == null || nodes(record) > nodes(folderRecord);
                folderRecord = more ? record : folderRecord;
            } else if (other == null || record.has(Records.LEAF)) {
                other = record;
            }
        }
        if (folderRecord != null) {
            Folder folder = unsorted.get(folderRecord.folder()).with(null, leaf);
            if (leftOut == null) {
                put(folderRecord, folder);
            } else {
                put(folderRecord, folder, leftOut);
            }
        } else if (other != null) {
            // The stamp is of one of two answers: neither is believed.
            int kept =
                    other.flags() & Records.CLASS_MASK | (leftOut == null ? 0 : Records.LEFT_OUT);
            RecordWriter merged =
                    sorted.name(other.name()).fixed(leaf == null ? kept : kept | Records.LEAF, 2);
            if (leaf != null) {
                merged.framed(Bytes.copyOf(leaf));
            }
            if (leftOut != null) {
                merged.framed(Bytes.utf8(leftOut));
            }
        }
    }

    private int nodes(Records record) {
        return unsorted.get(record.folder()).nodes();
    }

    private byte @Nullable [] leaf(Records record) {
        if (record.has(Records.FOLDER)) {
            return unsorted.get(record.folder()).leaf();
        }
        return record.has(Records.LEAF) ? record.leaf(scratch).toArray() : null;
    }
}

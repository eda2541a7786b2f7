package dev.assay.agent.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The records of one directory in the order in which they were found. What is as it was stays
/// where it is, and the rest lies in blocks: an array that grows by copying needs more than twice
/// its bytes, which any user who fills a directory could make more than the heap.
///
/// A place is an offset into the earlier records, or a block's number and an offset into it.
final class RecordPile {
    private static final int BLOCK_BITS = 16;
    private static final int BLOCK_BYTES = 1 << BLOCK_BITS;
    private static final int FIRST_BYTES = 256;
    private static final int OFFSET_MASK = BLOCK_BYTES - 1;
    private static final int EARLIER = 1 << 31;

    private static final byte[] NO_BYTES = {};
    private static final int[] NO_PLACES = {};

    private final byte[] earlier;
    private final List<byte[]> blocks = new ArrayList<>();
    private int end;
    private int[] places = NO_PLACES;
    private int count;
    private long bytes;

    RecordPile() {
        this(NO_BYTES);
    }

    /// @param earlier records of an earlier look
    RecordPile(byte[] earlier) {
        this.earlier = earlier;
    }

    /// One of the earlier records.
    void keep(Records record) {
        put(record.start() | EARLIER, record.end() - record.start());
    }

    /// All that the writer has, as one record.
    void add(RecordWriter record) {
        int length = record.end();
        if (blocks.isEmpty() || blocks.getLast().length - end < length) {
            makeRoom(length);
        }
        System.arraycopy(record.packed(), 0, blocks.getLast(), end, length);
        put((blocks.size() - 1) << BLOCK_BITS | end, length);
        end += length;
    }

    /// The first block grows, so that a small directory takes little.
    private void makeRoom(int length) {
        boolean grows = blocks.size() == 1 && end + length <= BLOCK_BYTES;
        if (grows) {
            int grown = Math.min(BLOCK_BYTES, Math.max(2 * blocks.getLast().length, end + length));
            blocks.set(0, Arrays.copyOf(blocks.getLast(), grown));
        } else {
            blocks.add(new byte[Math.max(blocks.isEmpty() ? FIRST_BYTES : BLOCK_BYTES, length)]);
            end = 0;
        }
    }

    private void put(int place, int length) {
        if (count == places.length) {
            places = Arrays.copyOf(places, Math.max(8, count + (count >> 1)));
        }
        places[count++] = place;
        bytes += length;
    }

    int count() {
        return count;
    }

    /// Of all records, the earlier ones that were kept among them.
    long bytes() {
        return bytes;
    }

    int[] places() {
        return Arrays.copyOf(places, count);
    }

    int compareNames(int place, int other) {
        return Records.compareNames(packed(place), offset(place), packed(other), offset(other));
    }

    Records at(int place) {
        byte[] packed = packed(place);
        return new Records(packed, packed.length).at(offset(place));
    }

    private byte[] packed(int place) {
        return place < 0 ? earlier : blocks.get(place >>> BLOCK_BITS);
    }

    private static int offset(int place) {
        return place < 0 ? place & ~EARLIER : place & OFFSET_MASK;
    }

    /// Lets go of the records: whoever holds the directory for longer does not need them.
    void clear() {
        blocks.clear();
        places = NO_PLACES;
        count = 0;
        bytes = 0;
        end = 0;
    }
}

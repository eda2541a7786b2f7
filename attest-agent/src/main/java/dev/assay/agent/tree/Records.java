package dev.assay.agent.tree;

import dev.assay.bytes.Bytes;
import dev.assay.scope.MutabilityClass;
import dev.assay.tree.Digest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A cursor over the packed names of one directory. A record is, in this order:
///
/// | bytes | what | where |
/// |---|---|---|
/// | 2, then as many | the name | always |
/// | 2 | {@link #CLASS_MASK the class} and flags | always |
/// | varint | index of the folder below | {@link #FOLDER} |
/// | varint, varint, 8, 8 | inode, size, modified and changed | {@link #STAMP} |
/// | 4 | when its content was read, seconds since 1970 | {@link #STAMP} |
/// | 2, varint, varint, 32 | mode, uid, gid, content | {@link #PLAIN} |
/// | varint | bytes of content that the leaf covers | {@link #FILE} without {@link #PLAIN} |
/// | varint, then as many | the leaf's encoding | {@link #LEAF} without {@link #PLAIN} |
/// | varint, then as many | why it was left out | {@link #LEFT_OUT} |
final class Records {
    static final int CLASS_MASK = 7;
    static final int NO_CLASS = 7;
    static final int LEAF = 1 << 3;
    static final int FOLDER = 1 << 4;
    static final int STAMP = 1 << 5;
    static final int PLAIN = 1 << 6;
    static final int LEFT_OUT = 1 << 7;

    /// A regular file that was looked at wholly.
    static final int FILE = 1 << 8;

    /// The stamp was old enough when the content was read to tell of every change since.
    static final int BELIEVED = 1 << 9;

    private static final long OPENING_COST = 16 << 10;

    private static final List<MutabilityClass> CLASSES =
            List.of(
                    MutabilityClass.IMMUTABLE,
                    MutabilityClass.METADATA,
                    MutabilityClass.APPEND_ONLY,
                    MutabilityClass.ROTATING,
                    MutabilityClass.DATA_ONLY,
                    MutabilityClass.PRESENT,
                    MutabilityClass.UNMEASURED);

    private final byte[] packed;
    private final int limit;
    private int at;
    private int start;
    private int nameFrom;
    private int nameLength;
    private int flags;
    private int folder;
    private int afterFolder;
    private long inode;
    private long size;
    private long modified;
    private long changed;
    private int readAt;
    private int plainAt;
    private int mode;
    private long uid;
    private long gid;
    private long covered;
    private int leafFrom;
    private int leafLength;
    private int reasonFrom;
    private int reasonLength;

    Records(byte[] packed, int limit) {
        this.packed = packed;
        this.limit = limit;
    }

    /// The bits of a class; of none where no rule covers the thing.
    static int code(@Nullable MutabilityClass mutability) {
        return mutability == null ? NO_CLASS : CLASSES.indexOf(mutability);
    }

    /// To the next record; false after the last.
    boolean next() {
        if (at >= limit) {
            return false;
        }
        start = at;
        nameLength = nameLength(packed, at);
        nameFrom = at + 2;
        at = nameFrom + nameLength;
        flags = (packed[at] & 0xff) << 8 | packed[at + 1] & 0xff;
        at += 2;
        folder = has(FOLDER) ? (int) varint() : -1;
        afterFolder = at;
        if (has(STAMP)) {
            inode = varint();
            size = varint();
            modified = fixed(8);
            changed = fixed(8);
            readAt = (int) fixed(4);
        }
        if (has(PLAIN)) {
            mode = (int) fixed(2);
            uid = varint();
            gid = varint();
            plainAt = at;
            at += Digest.BYTES;
            covered = size;
        } else {
            covered = has(FILE) ? varint() : 0;
            leafLength = has(LEAF) ? (int) varint() : 0;
            leafFrom = at;
            at += leafLength;
        }
        reasonLength = has(LEFT_OUT) ? (int) varint() : 0;
        reasonFrom = at;
        at += reasonLength;
        return true;
    }

    /// Orders a record's name against other bytes, without reading the rest of the record.
    static int compareName(byte[] packed, int start, byte[] other, int otherFrom, int otherLength) {
        int from = start + 2;
        return Arrays.compareUnsigned(
                packed,
                from,
                from + nameLength(packed, start),
                other,
                otherFrom,
                otherFrom + otherLength);
    }

    /// Orders two records of one directory by their names.
    static int compareNames(byte[] packed, int start, byte[] other, int otherStart) {
        return compareName(packed, start, other, otherStart + 2, nameLength(other, otherStart));
    }

    private static int nameLength(byte[] packed, int start) {
        return (packed[start] & 0xff) << 8 | packed[start + 1] & 0xff;
    }

    /// To the record that begins at the offset.
    Records at(int offset) {
        at = offset;
        next();
        return this;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    int flags() {
        return flags;
    }

    /// Where the record begins, and where it ends.
    int start() {
        return start;
    }

    int end() {
        return at;
    }

    byte[] packed() {
        return packed;
    }

    Bytes name() {
        return Bytes.copyOf(packed, nameFrom, nameFrom + nameLength);
    }

    int nameFrom() {
        return nameFrom;
    }

    int nameLength() {
        return nameLength;
    }

    /// Null where no rule covers it.
    @Nullable MutabilityClass mutability() {
        int code = flags & CLASS_MASK;
        return code == NO_CLASS ? null : CLASSES.get(code);
    }

    /// Whether something of a file's content was read for it, at {@link #readAt}.
    boolean isOfContent() {
        if (!has(STAMP) || !has(FILE)) {
            return false;
        }
        MutabilityClass mutability = mutability();
        return mutability == MutabilityClass.IMMUTABLE
                || mutability == MutabilityClass.APPEND_ONLY
                || mutability == MutabilityClass.DATA_ONLY;
    }

    /// About what it takes to read its content again, in bytes: of data only the first are read,
    /// and each file takes an opening and its place in a list.
    long rereadCost() {
        return covered + OPENING_COST;
    }

    int folder() {
        return folder;
    }

    /// Where the record goes on after its folder's index.
    int afterFolder() {
        return afterFolder;
    }

    /// Whether the stamp, of a thing on the given filesystem, is this one.
    boolean isStamped(Stamp stamp) {
        return has(STAMP)
                && inode == stamp.inode()
                && size == stamp.size()
                && modified == stamp.modified()
                && changed == stamp.changed();
    }

    /// Of a record with {@link #STAMP}.
    long inode() {
        return inode;
    }

    long size() {
        return size;
    }

    /// Seconds since 1970 at which its content was read.
    int readAt() {
        return readAt;
    }

    long covered() {
        return covered;
    }

    /// Calls for a record with {@link #LEAF}.
    PlainLeaf plain(PlainLeaf into) {
        return into.encode(mode, uid, gid, size, packed, plainAt);
    }

    int leafFrom() {
        return leafFrom;
    }

    int leafLength() {
        return leafLength;
    }

    Bytes leaf(PlainLeaf scratch) {
        return has(PLAIN)
                ? plain(scratch).bytes()
                : Bytes.copyOf(packed, leafFrom, leafFrom + leafLength);
    }

    String reason() {
        return Bytes.copyOf(packed, reasonFrom, reasonFrom + reasonLength).lossyText();
    }

    private long fixed(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | packed[at++] & 0xff;
        }
        return value;
    }

    private long varint() {
        long value = 0;
        int shift = 0;
        byte b;
        do {
            b = packed[at++];
            value |= (long) (b & 0x7f) << shift;
            shift += 7;
        } while (b < 0);
        return value;
    }
}

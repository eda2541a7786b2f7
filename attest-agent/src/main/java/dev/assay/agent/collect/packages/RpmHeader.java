package dev.assay.agent.collect.packages;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A package's header as the database has it: the number of entries and the length of the data,
/// both 32-bit big-endian, then for each entry tag, type, offset and count, then the data (RPM's
/// manual, "RPM Package format", Header structure).
final class RpmHeader {
    static final int NAME = 1000;
    static final int VERSION = 1001;
    static final int RELEASE = 1002;
    static final int EPOCH = 1003;
    static final int ARCH = 1022;
    static final int DIR_INDEXES = 1116;
    static final int BASE_NAMES = 1117;
    static final int DIR_NAMES = 1118;

    private static final int MAX_ENTRIES = 1 << 16;
    private static final int ENTRY_BYTES = 16;
    private static final int PREFIX_BYTES = 8;
    private static final int INT32 = 4;
    private static final int STRING = 6;
    private static final int STRING_ARRAY = 8;

    private record Index(int type, int offset, int count) {}

    private final byte[] bytes;
    private final int data;
    private final Map<Integer, Index> byTag = new HashMap<>();

    private RpmHeader(byte[] bytes, int data) {
        this.bytes = bytes;
        this.data = data;
    }

    static RpmHeader parse(Bytes blob) throws MalformedInputException {
        byte[] bytes = blob.toArray();
        require(bytes.length >= PREFIX_BYTES, "is too short");
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long entries = buffer.getInt() & 0xffffffffL;
        long dataBytes = buffer.getInt() & 0xffffffffL;
        require(entries <= MAX_ENTRIES, "has too many entries");
        long data = PREFIX_BYTES + entries * ENTRY_BYTES;
        require(data + dataBytes <= bytes.length, "is larger than its row");
        RpmHeader header = new RpmHeader(bytes, (int) data);
        for (int i = 0; i < entries; i++) {
            int tag = buffer.getInt();
            Index index = new Index(buffer.getInt(), buffer.getInt(), buffer.getInt());
            header.byTag.putIfAbsent(tag, index);
        }
        return header;
    }

    @Nullable String string(int tag) throws MalformedInputException {
        Index index = byTag.get(tag);
        if (index == null || index.type() != STRING) {
            return null;
        }
        return new Strings(index.offset(), 1).next().lossyText();
    }

    /// The first of an entry's numbers.
    @Nullable Long number(int tag) throws MalformedInputException {
        return byTag.containsKey(tag) ? (Long) (numbers(tag).getInt() & 0xffffffffL) : null;
    }

    int count(int tag) {
        Index index = byTag.get(tag);
        return index == null ? 0 : index.count();
    }

    private Index required(int tag, int type) throws MalformedInputException {
        Index index = byTag.get(tag);
        if (index == null || index.type() != type) {
            throw new MalformedInputException("RPM header has no entry " + tag + " of its type");
        }
        return index;
    }

    ByteBuffer numbers(int tag) throws MalformedInputException {
        Index index = required(tag, INT32);
        long end = data + (index.offset() & 0xffffffffL) + 4L * (index.count() & 0xffffffffL);
        require(end <= bytes.length && index.count() > 0, "has numbers outside its data");
        return ByteBuffer.wrap(bytes, data + index.offset(), 4 * index.count());
    }

    Strings strings(int tag) throws MalformedInputException {
        Index index = required(tag, STRING_ARRAY);
        return new Strings(index.offset(), index.count());
    }

    /// Strings that end with NUL, one behind the other.
    final class Strings {
        private final int count;
        private int at;

        private Strings(int offset, int count) throws MalformedInputException {
            long from = data + (offset & 0xffffffffL);
            // Each string has at least its NUL: a count that lies is refused before anything is
            // made.
            require(count >= 0 && from + count <= bytes.length, "has strings outside its data");
            this.at = (int) from;
            this.count = count;
        }

        int count() {
            return count;
        }

        Bytes next() throws MalformedInputException {
            int from = at;
            while (at < bytes.length && bytes[at] != 0) {
                at++;
            }
            require(at < bytes.length, "has a string without end");
            return Bytes.copyOf(bytes, from, at++);
        }
    }

    private static void require(boolean holds, String what) throws MalformedInputException {
        if (!holds) {
            throw new MalformedInputException("RPM header " + what);
        }
    }
}

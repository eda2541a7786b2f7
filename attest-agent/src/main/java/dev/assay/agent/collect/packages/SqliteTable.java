package dev.assay.agent.collect.packages;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Reads the rows of one table of an SQLite file, in no order
/// (https://www.sqlite.org/fileformat2.html, sections 1.2, 1.3, 1.6, 2.1 and 2.6). Pages of a
/// write-ahead log are not looked at.
///
/// The file is hostile: every page is visited at most once, whatever the tree and the overflow
/// chains say, so that the work is bounded by the file's size and a loop is refused.
final class SqliteTable {
    /// Largest row: RPM's own limit of a header's data is 256 MiB, real ones stay below 16.
    static final int MAX_PAYLOAD_BYTES = 32 << 20;

    static final long MAX_FILE_BYTES = 1L << 30;

    private static final Bytes MAGIC = Bytes.utf8("SQLite format 3\0");
    private static final int HEADER_BYTES = 100;
    private static final int INTERIOR = 0x05;
    private static final int LEAF = 0x0d;
    private static final int MIN_USABLE_BYTES = 480;

    /// Told each row's record.
    interface Rows {
        void row(Bytes payload) throws MalformedInputException;
    }

    private final FileChannel file;
    private final int pageSize;
    private final int usable;
    private final int pages;
    private final BitSet visited = new BitSet();

    private SqliteTable(FileChannel file, int pageSize, int usable, int pages) {
        this.file = file;
        this.pageSize = pageSize;
        this.usable = usable;
        this.pages = pages;
    }

    static SqliteTable open(FileChannel file) throws IOException, MalformedInputException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        readFully(file, header, 0);
        require(Bytes.copyOf(header.array(), 0, MAGIC.length()).equals(MAGIC), "no SQLite file");
        int size = header.getShort(16) & 0xffff;
        int pageSize = size == 1 ? 1 << 16 : size;
        require(pageSize >= 512 && Integer.bitCount(pageSize) == 1, "page size");
        int usable = pageSize - (header.get(20) & 0xff);
        require(usable >= MIN_USABLE_BYTES, "reserved space");
        long length = file.size();
        require(length <= MAX_FILE_BYTES, "file is too large");
        return new SqliteTable(file, pageSize, usable, (int) (length / pageSize));
    }

    /// The rows of the table whose root is this page; page 1 is the schema.
    void read(long rootPage, Rows rows) throws IOException, MalformedInputException {
        Deque<Long> open = new ArrayDeque<>();
        open.push(rootPage);
        while (!open.isEmpty()) {
            long number = open.pop();
            ByteBuffer page = page(number);
            int at = number == 1 ? HEADER_BYTES : 0;
            int type = page.get(at) & 0xff;
            int cells = page.getShort(at + 3) & 0xffff;
            if (type == INTERIOR) {
                int pointers = at + 12;
                requireWithin(pointers + 2L * cells);
                open.push(page.getInt(at + 8) & 0xffffffffL);
                for (int i = 0; i < cells; i++) {
                    int cell = page.getShort(pointers + 2 * i) & 0xffff;
                    requireWithin(cell + 4L);
                    open.push(page.getInt(cell) & 0xffffffffL);
                }
                require(open.size() <= pages, "more pages than there are");
            } else {
                require(type == LEAF, "not a page of a table");
                int pointers = at + 8;
                requireWithin(pointers + 2L * cells);
                leaf(page, pointers, cells, rows);
            }
        }
    }

    private void leaf(ByteBuffer page, int pointers, int cells, Rows rows)
            throws IOException, MalformedInputException {
        long inThisPage = 0;
        for (int i = 0; i < cells; i++) {
            Cell cell = cell(page, page.getShort(pointers + 2 * i) & 0xffff);
            inThisPage += cell.local();
            // Thousands of pointers to one cell would make a small file a long day's work.
            require(inThisPage <= usable, "cells lie on each other");
            rows.row(payload(page, cell));
        }
    }

    private record Cell(int from, int local, int total) {}

    /// Section 1.6: a cell of a table leaf is the payload's length, the row's id, what of the
    /// payload fits, and the first page of the rest.
    private Cell cell(ByteBuffer page, int at) throws MalformedInputException {
        Varint length = Varint.read(page, at, usable);
        Varint rowId = Varint.read(page, length.end(), usable);
        require(length.value() >= 0 && length.value() <= MAX_PAYLOAD_BYTES, "row is too large");
        int total = (int) length.value();
        int max = usable - 35;
        int min = (usable - 12) * 32 / 255 - 23;
        int kept = min + (total - min) % (usable - 4);
        int local = total <= max ? total : kept <= max ? kept : min;
        requireWithin((long) rowId.end() + local + (local < total ? 4 : 0));
        // Not allocated by what the cell says before the file has that much.
        require(total - local <= (long) pages * usable, "row is larger than the file");
        return new Cell(rowId.end(), local, total);
    }

    private Bytes payload(ByteBuffer page, Cell cell) throws IOException, MalformedInputException {
        int total = cell.total();
        int local = cell.local();
        byte[] payload = new byte[total];
        page.get(cell.from(), payload, 0, local);
        long next = local < total ? page.getInt(cell.from() + local) & 0xffffffffL : 0;
        for (int at = local; at < total; ) {
            ByteBuffer overflow = page(next);
            int part = Math.min(usable - 4, total - at);
            overflow.get(4, payload, at, part);
            next = overflow.getInt(0) & 0xffffffffL;
            at += part;
        }
        return Bytes.copyOf(payload);
    }

    private ByteBuffer page(long number) throws IOException, MalformedInputException {
        require(number >= 1 && number <= pages, "no such page");
        require(!visited.get((int) number), "a page is used twice");
        visited.set((int) number);
        ByteBuffer page = ByteBuffer.allocate(pageSize);
        readFully(file, page, (number - 1) * pageSize);
        return page;
    }

    private static void readFully(FileChannel file, ByteBuffer buffer, long from)
            throws IOException, MalformedInputException {
        while (buffer.hasRemaining()) {
            require(file.read(buffer, from + buffer.position()) > 0, "file ends early");
        }
    }

    private void requireWithin(long end) throws MalformedInputException {
        require(end <= usable, "cell reaches out of its page");
    }

    private static void require(boolean holds, String what) throws MalformedInputException {
        if (!holds) {
            throw new MalformedInputException("SQLite: " + what);
        }
    }

    /// Section 1.6: seven bits a byte, the ninth byte whole.
    record Varint(long value, int end) {
        static Varint read(ByteBuffer bytes, int from, int limit) throws MalformedInputException {
            long value = 0;
            for (int i = 0; i < 9; i++) {
                require(from + i < limit, "number reaches out of its page");
                byte b = bytes.get(from + i);
                if (i == 8) {
                    return new Varint(value << 8 | b & 0xff, from + 9);
                }
                value = value << 7 | b & 0x7f;
                if (b >= 0) {
                    return new Varint(value, from + i + 1);
                }
            }
            throw new IllegalStateException("a ninth byte ends it");
        }
    }

    /// A column of a record, as bytes (section 2.1); null for SQL's null.
    static @Nullable Bytes column(Bytes payload, int wanted) throws MalformedInputException {
        ByteBuffer bytes = ByteBuffer.wrap(payload.toArray());
        Varint header = Varint.read(bytes, 0, payload.length());
        require(header.value() <= payload.length() && header.value() > 0, "record's header");
        long body = header.value();
        int at = header.end();
        for (int i = 0; at < header.value(); i++) {
            Varint type = Varint.read(bytes, at, (int) header.value());
            at = type.end();
            long length = lengthOf(type.value());
            require(length >= 0 && length <= payload.length() - body, "column");
            if (i == wanted) {
                return type.value() == 0 ? null : payload.slice((int) body, (int) (body + length));
            }
            body += length;
        }
        throw new MalformedInputException("SQLite: record has too few columns");
    }

    private static long lengthOf(long serialType) throws MalformedInputException {
        if (serialType >= 12) {
            return (serialType - 12) / 2;
        }
        return switch ((int) Math.max(serialType, -1)) {
            case 0, 8, 9 -> 0;
            case 1 -> 1;
            case 2 -> 2;
            case 3 -> 3;
            case 4 -> 4;
            case 5 -> 6;
            case 6, 7 -> 8;
            default -> throw new MalformedInputException("SQLite: serial type");
        };
    }
}

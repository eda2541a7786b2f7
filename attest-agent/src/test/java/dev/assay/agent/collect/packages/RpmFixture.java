package dev.assay.agent.collect.packages;

import dev.assay.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Writes what the readers read: an RPM header, and an SQLite file with one table of such headers.
final class RpmFixture {
    static final int PAGE = 512;

    private RpmFixture() {}

    /// One entry of a header; `count` and `data` may lie.
    record Tag(int tag, int type, int count, Bytes data) {
        static Tag string(int tag, String value) {
            return new Tag(tag, 6, 1, nul(value));
        }

        static Tag strings(int tag, String... values) {
            return new Tag(tag, 8, values.length, nul(values));
        }

        static Tag numbers(int tag, int... values) {
            ByteBuffer data = ByteBuffer.allocate(4 * values.length);
            for (int value : values) {
                data.putInt(value);
            }
            return new Tag(tag, 4, values.length, Bytes.copyOf(data.array()));
        }

        Tag withCount(int lie) {
            return new Tag(tag, type, lie, data);
        }

        private static Bytes nul(String... values) {
            return Bytes.utf8(String.join("\0", values) + "\0");
        }
    }

    static List<Tag> bash() {
        return new ArrayList<>(
                List.of(
                        Tag.string(RpmHeader.NAME, "bash"),
                        Tag.string(RpmHeader.VERSION, "5.2"),
                        Tag.string(RpmHeader.RELEASE, "1.el9"),
                        Tag.string(RpmHeader.ARCH, "x86_64"),
                        Tag.strings(RpmHeader.BASE_NAMES, "bash", "sh", "x".repeat(900)),
                        Tag.strings(RpmHeader.DIR_NAMES, "/usr/bin/", "/bin/"),
                        Tag.numbers(RpmHeader.DIR_INDEXES, 0, 1, 0)));
    }

    static byte[] header(List<Tag> tags) {
        int dataBytes = tags.stream().mapToInt(tag -> tag.data().length()).sum();
        ByteBuffer header = ByteBuffer.allocate(8 + 16 * tags.size() + dataBytes);
        header.putInt(tags.size()).putInt(dataBytes);
        int offset = 0;
        for (Tag tag : tags) {
            header.putInt(tag.tag()).putInt(tag.type()).putInt(offset).putInt(tag.count());
            offset += tag.data().length();
        }
        tags.forEach(tag -> header.put(tag.data().toArray()));
        return header.array();
    }

    /// Page 1 the schema, page 2 the table with one row, the pages from 3 on its overflow.
    static byte[] database(byte[] blob) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        // Header of 1 + 1 + 3 bytes: null for the row's id, a blob of that length.
        record.write(5);
        record.write(0);
        int type = 12 + 2 * blob.length;
        record.write(0x80 | type >> 14);
        record.write(0x80 | type >> 7 & 0x7f);
        record.write(type & 0x7f);
        record.writeBytes(blob);
        byte[] payload = record.toByteArray();
        int max = PAGE - 35;
        int min = (PAGE - 12) * 32 / 255 - 23;
        int kept = min + (payload.length - min) % (PAGE - 4);
        int local = payload.length <= max ? payload.length : kept <= max ? kept : min;
        int overflow = (payload.length - local + PAGE - 5) / (PAGE - 4);
        ByteBuffer file = ByteBuffer.allocate((2 + overflow) * PAGE);
        file.put("SQLite format 3\0".getBytes(StandardCharsets.US_ASCII)).putShort((short) PAGE);
        schema(file);
        leaf(file, PAGE, 0, cell(payload, local, overflow > 0 ? 3 : 0));
        for (int i = 0, at = local; i < overflow; i++, at += PAGE - 4) {
            file.position((2 + i) * PAGE);
            file.putInt(i + 1 < overflow ? 4 + i : 0);
            file.put(payload, at, Math.min(PAGE - 4, payload.length - at));
        }
        return file.array();
    }

    private static void schema(ByteBuffer file) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(new byte[] {6, 13 + 2 * 5, 13 + 2 * 8, 13 + 2 * 8, 1, 13});
        record.writeBytes("tablePackagesPackages".getBytes(StandardCharsets.US_ASCII));
        record.write(2);
        leaf(file, 0, 100, cell(record.toByteArray(), record.size(), 0));
    }

    private static byte[] cell(byte[] payload, int local, int overflow) {
        ByteBuffer cell = ByteBuffer.allocate(4 + local + (overflow > 0 ? 4 : 0));
        cell.put((byte) (0x80 | payload.length >> 14));
        cell.put((byte) (0x80 | payload.length >> 7 & 0x7f));
        cell.put((byte) (payload.length & 0x7f)).put((byte) 1).put(payload, 0, local);
        if (overflow > 0) {
            cell.putInt(overflow);
        }
        return cell.array();
    }

    private static void leaf(ByteBuffer file, int page, int header, byte[] cell) {
        int at = PAGE - cell.length;
        file.position(page + header);
        file.put((byte) 0x0d).putShort((short) 0).putShort((short) 1).putShort((short) at);
        file.put((byte) 0).putShort((short) at);
        file.position(page + at);
        file.put(cell);
    }
}

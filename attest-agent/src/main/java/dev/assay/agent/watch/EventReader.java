package dev.assay.agent.watch;

import dev.assay.bytes.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Cuts what read(2) gave into the events of fanotify(7). The kernel wrote it, so that a length
/// that does not fit means that it is not understood, never that somebody lies.
final class EventReader {
    private static final int METADATA_BYTES = 24;
    private static final int VERSION = 3;
    private static final int INFO_DFID_NAME = 2;
    private static final int INFO_DFID = 3;
    static final Bytes ITSELF = Bytes.utf8(".");

    private final byte[] raw;
    private final ByteBuffer buffer;
    private int at;

    /// @param filesystem as {@link Syscalls#filesystemId}
    /// @param handle `struct file_handle` of the directory
    /// @param name `.` for the directory itself
    /// @param key of filesystem, directory and name together
    record Event(
            long mask, int pid, long filesystem, @Nullable Bytes handle, Bytes name, Bytes key) {}

    EventReader(byte[] raw) {
        this.raw = raw;
        this.buffer = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
    }

    /// The next event, or null after the last.
    @Nullable Event next() {
        if (at + METADATA_BYTES > raw.length) {
            return null;
        }
        int from = at;
        int length = buffer.getInt(from);
        int version = raw[from + 4];
        int headerBytes = buffer.getShort(from + 6) & 0xffff;
        if (version != VERSION || length < headerBytes || from + length > raw.length) {
            throw new IllegalStateException("fanotify event of version " + version);
        }
        at = from + length;
        long mask = buffer.getLong(from + 8);
        int pid = buffer.getInt(from + 20);
        for (int info = from + headerBytes; info + 4 <= at; ) {
            int infoBytes = buffer.getShort(info + 2) & 0xffff;
            if (infoBytes < 4 || info + infoBytes > at) {
                throw new IllegalStateException("fanotify information of " + infoBytes + " bytes");
            }
            if (raw[info] == INFO_DFID_NAME || raw[info] == INFO_DFID) {
                return event(mask, pid, info, info + infoBytes);
            }
            info += infoBytes;
        }
        return new Event(mask, pid, 0, null, Bytes.EMPTY, Bytes.EMPTY);
    }

    /// Header 4 bytes, `fsid` 8, then the handle: its length 4, type 4, bytes; then name, NUL and
    /// padding.
    private Event event(long mask, int pid, int info, int end) {
        int handle = info + 12;
        int name = handle + 8 + buffer.getInt(handle);
        if (name > end) {
            throw new IllegalStateException("fanotify handle is longer than its event");
        }
        int nameEnd = name;
        while (nameEnd < end && raw[nameEnd] != 0) {
            nameEnd++;
        }
        return new Event(
                mask,
                pid,
                buffer.getLong(info + 4),
                Bytes.copyOf(raw, handle, name),
                name == nameEnd ? ITSELF : Bytes.copyOf(raw, name, nameEnd),
                Bytes.copyOf(raw, info + 4, nameEnd));
    }
}

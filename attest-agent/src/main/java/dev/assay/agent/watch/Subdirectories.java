package dev.assay.agent.watch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.assay.agent.libc.SystemCall;
import dev.assay.bytes.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Lists the directories in a directory, and follows no link.
final class Subdirectories {
    private static final int HEADER_BYTES = 19;
    private static final int DT_UNKNOWN = 0;
    private static final int DT_DIR = 4;
    private static final Bytes DOT = Bytes.utf8(".");
    private static final Bytes DOTS = Bytes.utf8("..");

    private final Syscalls calls;
    private final MemorySegment records = Arena.ofAuto().allocate(64 << 10, 8);

    Subdirectories(Syscalls calls) {
        this.calls = calls;
    }

    /// Their names; those of a directory that cannot be read are none, as are those of one that is
    /// gone.
    List<Bytes> of(Bytes directory) {
        int flags = Syscalls.O_DIRECTORY | Syscalls.O_NOFOLLOW;
        int fd = calls.open(Syscalls.AT_FDCWD, directory, flags);
        if (fd < 0) {
            return List.of();
        }
        try {
            List<Bytes> names = new ArrayList<>();
            for (long length = next(fd); length > 0; length = next(fd)) {
                take(fd, length, names);
            }
            return names;
        } finally {
            calls.close(fd);
        }
    }

    private long next(int fd) {
        return calls.call(SystemCall.GETDENTS64, fd, records.address(), records.byteSize(), 0, 0);
    }

    /// `struct linux_dirent64`: inode 8 bytes, offset 8, length 2, type 1, name, NUL.
    private void take(int fd, long length, List<Bytes> names) {
        for (long record = 0; record < length; ) {
            int recordBytes = records.get(JAVA_SHORT_UNALIGNED, record + 16) & 0xffff;
            int type = records.get(JAVA_BYTE, record + 18);
            if (type == DT_DIR || type == DT_UNKNOWN) {
                Bytes name = name(record + HEADER_BYTES);
                boolean isDots = name.equals(DOT) || name.equals(DOTS);
                if (!isDots && (type == DT_DIR || calls.kind(fd, name) == Syscalls.S_IFDIR)) {
                    names.add(name);
                }
            }
            record += recordBytes;
        }
    }

    private Bytes name(long from) {
        int length = 0;
        while (records.get(JAVA_BYTE, from + length) != 0) {
            length++;
        }
        return Bytes.copyOf(records.asSlice(from, length).toArray(JAVA_BYTE));
    }
}

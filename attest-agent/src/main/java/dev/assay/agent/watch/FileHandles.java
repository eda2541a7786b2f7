package dev.assay.agent.watch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.assay.agent.libc.SystemCall;
import dev.assay.bytes.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Directories by what the kernel names them by in its events: open_by_handle_at(2). One per
/// thread.
final class FileHandles {
    private final Syscalls calls;
    private final MemorySegment handle;
    private final MemorySegment mountId;

    FileHandles(Syscalls calls) {
        this.calls = calls;
        Arena arena = Arena.ofAuto();
        handle = arena.allocate(256, 8);
        mountId = arena.allocate(8, 8);
    }

    /// Something that open_by_handle_at(2) finds a filesystem by: it takes no descriptor of O_PATH.
    /// Negative for anything but a directory or a file, which opening could do something to.
    int openMount(Bytes absolute) {
        int fd = calls.open(Syscalls.AT_FDCWD, absolute, Syscalls.O_PATH | Syscalls.O_NOFOLLOW);
        if (fd < 0) {
            return fd;
        }
        try {
            return switch (calls.kind(fd, Bytes.EMPTY)) {
                case Syscalls.S_IFDIR, Syscalls.S_IFREG ->
                        calls.openForReading(Bytes.utf8("/proc/self/fd/" + fd));
                default -> -Syscalls.EINVAL;
            };
        } finally {
            calls.close(fd);
        }
    }

    /// @param fileHandle `struct file_handle`: length, type, bytes
    int open(int mount, Bytes fileHandle) {
        byte[] bytes = fileHandle.toArray();
        if (bytes.length > handle.byteSize()) {
            return -Syscalls.ENAMETOOLONG;
        }
        MemorySegment.copy(bytes, 0, handle, JAVA_BYTE, 0, bytes.length);
        int flags = Syscalls.O_PATH | Syscalls.O_CLOEXEC;
        return (int) calls.call(SystemCall.OPEN_BY_HANDLE_AT, mount, handle.address(), flags, 0, 0);
    }

    /// The handle of what is open; null where its filesystem has none.
    @Nullable Bytes of(int fd) {
        MemorySegment path = calls.path(Bytes.EMPTY);
        handle.set(JAVA_INT, 0, 128);
        long answer =
                calls.call(
                        SystemCall.NAME_TO_HANDLE_AT,
                        fd,
                        path.address(),
                        handle.address(),
                        mountId.address(),
                        Syscalls.AT_EMPTY_PATH);
        if (answer < 0) {
            return null;
        }
        return Bytes.copyOf(handle.asSlice(0, 8L + handle.get(JAVA_INT, 0)).toArray(JAVA_BYTE));
    }
}

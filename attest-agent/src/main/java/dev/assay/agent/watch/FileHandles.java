package dev.assay.agent.watch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.assay.agent.libc.Libc;
import dev.assay.bytes.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// Directories by what the kernel names them by in its events: open_by_handle_at(2). One per
/// thread.
final class FileHandles {
    private static final MethodHandle OPEN_BY_HANDLE_AT =
            Libc.function("open_by_handle_at", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle NAME_TO_HANDLE_AT =
            Libc.function(
                    "name_to_handle_at", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);

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
        try {
            int fd =
                    (int)
                            OPEN_BY_HANDLE_AT.invokeExact(
                                    calls.capture(),
                                    mount,
                                    handle,
                                    Syscalls.O_PATH | Syscalls.O_CLOEXEC);
            return fd >= 0 ? fd : -calls.errno();
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    /// The handle of what is open; null where its filesystem has none.
    @Nullable Bytes of(int fd) {
        MemorySegment path = calls.path(Bytes.EMPTY);
        handle.set(JAVA_INT, 0, 128);
        try {
            int answer =
                    (int)
                            NAME_TO_HANDLE_AT.invokeExact(
                                    calls.capture(),
                                    fd,
                                    path,
                                    handle,
                                    mountId,
                                    Syscalls.AT_EMPTY_PATH);
            if (answer < 0) {
                return null;
            }
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
        return Bytes.copyOf(handle.asSlice(0, 8L + handle.get(JAVA_INT, 0)).toArray(JAVA_BYTE));
    }
}

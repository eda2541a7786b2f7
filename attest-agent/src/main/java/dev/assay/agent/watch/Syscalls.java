package dev.assay.agent.watch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.assay.agent.libc.Kernel;
import dev.assay.agent.libc.Machine;
import dev.assay.agent.libc.SystemCall;
import dev.assay.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The system calls that both kinds of kernel watch share. One per thread: it owns the buffers.
/// What can fail answers its errno, negated.
final class Syscalls {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOTDIR = 20;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int ENAMETOOLONG = 36;
    static final int ELOOP = 40;
    static final int ESTALE = 116;

    /// Of a path that is given to a call, with its NUL (limits.h).
    static final int PATH_MAX = 4096;

    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_DIRECTORY = Machine.of(0x10000, 0x4000);
    static final int O_NOFOLLOW = Machine.of(0x20000, 0x8000);
    static final int S_IFDIR = 0x4000;
    private static final int S_IFMT = 0xf000;
    static final int S_IFREG = 0x8000;
    static final int AT_FDCWD = -100;
    static final int POLLIN = 1;
    static final int POLLPRI = 2;

    private static final int O_RDONLY = 0;
    private static final int O_NOCTTY = 0x100;
    private static final int O_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = O_CLOEXEC;
    private static final int EFD_NONBLOCK = O_NONBLOCK;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_TYPE_MODE_NLINK = 0x7;
    private static final int STATX_MNT_ID = 0x1000;
    private static final int PATH_BYTES = 8 << 10;
    private static final int READ_BYTES = 64 << 10;
    private static final int MAX_FILE_BYTES = 64 << 20;

    private final Kernel kernel = new Kernel();
    private int errno;
    private final MemorySegment path;
    private final MemorySegment stat;
    private final MemorySegment buffer;
    private final MemorySegment polled;
    private final MemorySegment timeout;

    Syscalls() {
        Arena arena = Arena.ofAuto();
        path = arena.allocate(PATH_BYTES);
        stat = arena.allocate(256, 8);
        buffer = arena.allocate(READ_BYTES, 8);
        polled = arena.allocate(8 * 8, 4);
        timeout = arena.allocate(16, 8);
    }

    /// The answer, or the negated errno, which {@link #errno} tells too until the next call.
    long call(SystemCall call, long a, long b, long c, long d, long e) {
        long answer = kernel.call(call, a, b, c, d, e);
        errno = answer < 0 ? (int) -answer : 0;
        return answer;
    }

    /// Of a name in a directory, or of an absolute path.
    int open(int directory, Bytes name, int flags) {
        if (!put(name)) {
            return -ENAMETOOLONG;
        }
        long answer;
        do {
            answer = call(SystemCall.OPENAT, directory, path.address(), flags | O_CLOEXEC, 0, 0);
        } while (answer == -EINTR);
        return (int) answer;
    }

    void close(int fd) {
        call(SystemCall.CLOSE, fd, 0, 0, 0, 0);
    }

    /// The next of a file or a queue; null where it failed, and {@link #errno} says why.
    byte @Nullable [] read(int fd) {
        long length;
        do {
            length = call(SystemCall.READ, fd, buffer.address(), buffer.byteSize(), 0, 0);
        } while (length == -EINTR);
        return length < 0 ? null : buffer.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /// A file of `/proc` from its start; null where it cannot be read, or is longer than any should
    /// be.
    @Nullable Bytes readWhole(int fd) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        while (whole.size() < MAX_FILE_BYTES) {
            long length =
                    call(
                            SystemCall.PREAD64,
                            fd,
                            buffer.address(),
                            buffer.byteSize(),
                            whole.size(),
                            0);
            if (length == 0) {
                return Bytes.copyOf(whole.toByteArray());
            }
            if (length > 0) {
                whole.writeBytes(buffer.asSlice(0, length).toArray(JAVA_BYTE));
            } else if (length != -EINTR) {
                return null;
            }
        }
        return null;
    }

    void ring(int eventFd) {
        buffer.set(JAVA_LONG, 0, 1);
        call(SystemCall.WRITE, eventFd, buffer.address(), 8, 0, 0);
    }

    int newEvent() {
        return (int) call(SystemCall.EVENTFD2, 0, EFD_CLOEXEC | EFD_NONBLOCK, 0, 0, 0);
    }

    int openForReading(Bytes absolute) {
        return open(AT_FDCWD, absolute, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    }

    /// A link's bytes; null where there is none, or it is longer than a path can be.
    @Nullable Bytes readLink(Bytes absolute) {
        if (!put(absolute)) {
            return null;
        }
        long length =
                call(
                        SystemCall.READLINKAT,
                        AT_FDCWD,
                        path.address(),
                        buffer.address(),
                        8L << 10,
                        0);
        return length < 0 ? null : Bytes.copyOf(buffer.asSlice(0, length).toArray(JAVA_BYTE));
    }

    /// Where the thing that is open lies now.
    @Nullable Bytes pathOf(int fd) {
        return readLink(Bytes.utf8("/proc/self/fd/" + fd));
    }

    /// The id, as in the mount table, of the mount that the descriptor was reached through; -1
    /// where the kernel does not tell.
    long mountOf(int fd) {
        if (statx(fd, Bytes.EMPTY, STATX_MNT_ID) && (stat.get(JAVA_INT, 0) & STATX_MNT_ID) != 0) {
            return stat.get(JAVA_LONG, 144);
        }
        return -1;
    }

    /// `S_IFMT` of a name's mode, or 0 where it is gone.
    int kind(int directory, Bytes name) {
        return statx(directory, name, STATX_TYPE_MODE_NLINK)
                ? stat.get(JAVA_SHORT, 28) & S_IFMT
                : 0;
    }

    /// Whether a name is that of something, not a directory, that has other names too.
    boolean hasOtherNames(int directory, Bytes name) {
        int kind = kind(directory, name);
        return kind != 0 && kind != S_IFDIR && stat.get(JAVA_INT, 16) > 1;
    }

    private boolean statx(int directory, Bytes name, int mask) {
        if (!put(name)) {
            return false;
        }
        int flags =
                AT_STATX_DONT_SYNC
                        | AT_NO_AUTOMOUNT
                        | (name.isEmpty() ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW);
        return call(SystemCall.STATX, directory, path.address(), flags, mask, stat.address()) == 0;
    }

    /// `f_fsid`, by which fanotify(7) names a filesystem; 0 where it has none.
    long filesystemId(int fd) {
        return call(SystemCall.FSTATFS, fd, stat.address(), 0, 0, 0) < 0
                ? 0
                : stat.get(JAVA_LONG, 56);
    }

    /// Waits for what is asked of each descriptor (negative ones are left out).
    ///
    /// @param timeoutMillis -1 for ever
    /// @return bit i where something is there of `fds[i]`, or its error
    int poll(int[] fds, int[] events, int timeoutMillis) {
        for (int i = 0; i < fds.length; i++) {
            polled.set(JAVA_INT, 8L * i, fds[i]);
            polled.set(JAVA_SHORT, 8L * i + 4, (short) events[i]);
            polled.set(JAVA_SHORT, 8L * i + 6, (short) 0);
        }
        timeout.set(JAVA_LONG, 0, timeoutMillis / 1000);
        timeout.set(JAVA_LONG, 8, timeoutMillis % 1000 * 1_000_000L);
        long ready =
                call(
                        SystemCall.PPOLL,
                        polled.address(),
                        fds.length,
                        timeoutMillis < 0 ? 0 : timeout.address(),
                        0,
                        0);
        if (ready < 0 && ready != -EINTR) {
            throw new IllegalStateException("ppoll failed: errno " + errno);
        }
        int set = 0;
        for (int i = 0; i < fds.length; i++) {
            set |= polled.get(JAVA_SHORT, 8L * i + 6) != 0 ? 1 << i : 0;
        }
        return set;
    }

    private boolean put(Bytes name) {
        if (name.length() >= PATH_BYTES) {
            return false;
        }
        byte[] bytes = name.toArray();
        MemorySegment.copy(bytes, 0, path, JAVA_BYTE, 0, bytes.length);
        path.set(JAVA_BYTE, bytes.length, (byte) 0);
        return true;
    }

    MemorySegment path(Bytes name) {
        put(name);
        return path;
    }

    int errno() {
        return errno;
    }
}

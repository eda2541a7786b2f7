package dev.assay.agent.collect.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/// The system calls of the walk: thin, typed, each with its errno. One per thread: it owns the
/// buffers that the kernel writes to, and never gives them away.
///
/// Names and paths are NUL-terminated bytes. Every name is relative to a directory descriptor.
final class Posix {
    /// The longest list, and the longest value, of extended attributes that Linux hands out.
    private static final int MAX_XATTR_BYTES = 64 << 10;

    static final int READ_BYTES = 128 << 10;
    static final int PATH_BYTES = 4 << 10;

    static final int O_RDONLY = 0;
    static final int O_NOCTTY = 0x100;
    static final int O_NONBLOCK = 0x800;
    static final int O_NOATIME = 0x40000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_DIRECTORY;
    static final int O_NOFOLLOW;
    private static final long SYS_GETDENTS64;

    static {
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        switch (machine) {
            case "amd64", "x86_64" -> {
                O_DIRECTORY = 0x10000;
                O_NOFOLLOW = 0x20000;
                SYS_GETDENTS64 = 217;
            }
            case "aarch64" -> {
                O_DIRECTORY = 0x4000;
                O_NOFOLLOW = 0x8000;
                SYS_GETDENTS64 = 61;
            }
            default -> throw new UnsupportedOperationException("no system calls for " + machine);
        }
    }

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_BASIC_STATS = 0x7ff;

    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURE.varHandle(PathElement.groupElement("errno")).withInvokeExactBehavior();

    private static final MethodHandle OPENAT =
            function("openat", 3, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle STATX =
            function("statx", 0, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle SYSCALL =
            function("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    private static final MethodHandle READLINKAT =
            function("readlinkat", 0, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle PREAD =
            function("pread", 0, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle LSEEK =
            function("lseek", 0, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", 0, JAVA_INT, JAVA_INT);
    private static final MethodHandle FSTATFS = function("fstatfs", 0, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle FLISTXATTR =
            function("flistxattr", 0, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle LLISTXATTR =
            function("llistxattr", 0, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle FGETXATTR =
            function("fgetxattr", 0, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle LGETXATTR =
            function("lgetxattr", 0, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);

    private final MemorySegment capture;
    private final MemorySegment path;
    private final MemorySegment attribute;
    private final MemorySegment stat;
    private final MemorySegment buffer;

    Posix() {
        Arena arena = Arena.ofAuto();
        capture = arena.allocate(CAPTURE);
        path = arena.allocate(PATH_BYTES);
        attribute = arena.allocate(256);
        stat = arena.allocate(256, 8);
        buffer = arena.allocate(READ_BYTES, 8);
    }

    @SuppressWarnings("restricted") // the program is started with native access for this
    private static MethodHandle function(
            String name, int firstVariadic, ValueLayout result, ValueLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new UnsupportedOperationException("no " + name + "()"));
        FunctionDescriptor descriptor = FunctionDescriptor.of(result, arguments);
        Linker.Option errno = Linker.Option.captureCallState("errno");
        return firstVariadic == 0
                ? linker.downcallHandle(symbol, descriptor, errno)
                : linker.downcallHandle(
                        symbol, descriptor, errno, Linker.Option.firstVariadicArg(firstVariadic));
    }

    /// A descriptor, or the negated errno.
    int open(int directory, byte[] name, int flags) {
        put(path, name);
        while (true) {
            try {
                int fd = (int) OPENAT.invokeExact(capture, directory, path, flags, 0);
                if (fd >= 0 || errno() != Errno.EINTR) {
                    return fd >= 0 ? fd : -errno();
                }
            } catch (Throwable e) {
                throw impossible(e);
            }
        }
    }

    /// Of an absolute path or one relative to the working directory; for the root of a walk only.
    int openPath(byte[] absolute, int flags) {
        return open(AT_FDCWD, absolute, flags);
    }

    /// Of a name, never through a symbolic link; of the descriptor itself where the name is empty.
    FileStat stat(int directory, byte[] name) throws FileFaultException {
        return stat(directory, name, 0);
    }

    /// The same as far as this kernel knows it without asking a server: one that is gone, or a
    /// user's program behind FUSE, need never answer. The same as {@link #stat} on a local disk.
    FileStat glance(int directory, byte[] name) throws FileFaultException {
        return stat(directory, name, AT_STATX_DONT_SYNC);
    }

    private FileStat stat(int directory, byte[] name, int sync) throws FileFaultException {
        put(path, name);
        int flags =
                sync | AT_NO_AUTOMOUNT | (name.length == 0 ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW);
        try {
            int answer =
                    (int)
                            STATX.invokeExact(
                                    capture, directory, path, flags, STATX_BASIC_STATS, stat);
            if (answer < 0) {
                throw FileFaultException.ofErrno(errno());
            }
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
        return readStat();
    }

    /// `struct statx` of linux/stat.h.
    private FileStat readStat() {
        return new FileStat(
                stat.get(ValueLayout.JAVA_SHORT, 28) & 0xffff,
                unsigned(20),
                unsigned(24),
                stat.get(JAVA_LONG, 40),
                unsigned(16),
                unsigned(136) << 32 | unsigned(140),
                stat.get(JAVA_LONG, 32),
                unsigned(128),
                unsigned(132),
                new FileStat.Time(stat.get(JAVA_LONG, 112), stat.get(JAVA_INT, 120)),
                new FileStat.Time(stat.get(JAVA_LONG, 96), stat.get(JAVA_INT, 104)));
    }

    private long unsigned(long offset) {
        return Integer.toUnsignedLong(stat.get(JAVA_INT, offset));
    }

    /// `f_type` of the descriptor's filesystem.
    long filesystemType(int fd) throws FileFaultException {
        try {
            int answer = (int) FSTATFS.invokeExact(capture, fd, stat);
            if (answer < 0) {
                throw FileFaultException.ofErrno(errno());
            }
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
        return stat.get(JAVA_LONG, 0) & 0xffffffffL;
    }

    /// The next entries of a directory into `listing`; false at its end.
    boolean list(int directory, Listing listing) throws FileFaultException {
        long length;
        try {
            length =
                    (long)
                            SYSCALL.invokeExact(
                                    capture,
                                    SYS_GETDENTS64,
                                    (long) directory,
                                    buffer,
                                    buffer.byteSize());
        } catch (Throwable e) {
            throw impossible(e);
        }
        if (length < 0) {
            throw FileFaultException.ofErrno(errno());
        }
        listing.append(buffer, length);
        return length > 0;
    }

    /// Back to the first entry of a directory.
    void rewind(int directory) throws FileFaultException {
        long offset;
        try {
            offset = (long) LSEEK.invokeExact(capture, directory, 0L, 0);
        } catch (Throwable e) {
            throw impossible(e);
        }
        if (offset < 0) {
            throw FileFaultException.ofErrno(errno());
        }
    }

    byte[] readLink(int directory, byte[] name) throws FileFaultException {
        put(path, name);
        try {
            long length =
                    (long)
                            READLINKAT.invokeExact(
                                    capture, directory, path, buffer, buffer.byteSize());
            return taken(length);
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Up to `into.length` bytes from `offset`; 0 at the end.
    int read(int fd, long offset, byte[] into, int maxBytes) throws FileFaultException {
        long wanted = Math.min(Math.min(into.length, maxBytes), buffer.byteSize());
        while (true) {
            long length;
            try {
                length = (long) PREAD.invokeExact(capture, fd, buffer, wanted, offset);
            } catch (Throwable e) {
                throw impossible(e);
            }
            if (length >= 0) {
                MemorySegment.copy(buffer, JAVA_BYTE, 0, into, 0, (int) length);
                return (int) length;
            }
            if (errno() != Errno.EINTR) {
                throw FileFaultException.ofErrno(errno());
            }
        }
    }

    void close(int fd) {
        try {
            // Linux frees the descriptor whatever it answers: a second close would hit another
            // file.
            int ignored = (int) CLOSE.invokeExact(capture, fd);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// The names of the extended attributes, each ended by NUL; empty where the filesystem has
    /// none.
    byte[] listAttributes(int fd) throws FileFaultException {
        try {
            return attributes(
                    (long) FLISTXATTR.invokeExact(capture, fd, buffer, (long) MAX_XATTR_BYTES));
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// The same of a name that is not open: through the directory's own descriptor in /proc, which
    /// leads to the directory that is held, wherever it was moved to.
    byte[] listAttributes(int directory, byte[] name) throws FileFaultException {
        put(path, throughDescriptor(directory, name));
        try {
            return attributes(
                    (long) LLISTXATTR.invokeExact(capture, path, buffer, (long) MAX_XATTR_BYTES));
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private byte[] attributes(long length) throws FileFaultException {
        return length < 0 && errno() == Errno.EOPNOTSUPP ? new byte[0] : taken(length);
    }

    /// An attribute's value; {@link Errno#ENODATA}'s name in the fault where there is none.
    byte[] attribute(int fd, byte[] attributeName) throws FileFaultException {
        put(attribute, attributeName);
        try {
            return taken(
                    (long)
                            FGETXATTR.invokeExact(
                                    capture, fd, attribute, buffer, (long) MAX_XATTR_BYTES));
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    byte[] attribute(int directory, byte[] name, byte[] attributeName) throws FileFaultException {
        put(path, throughDescriptor(directory, name));
        put(attribute, attributeName);
        try {
            return taken(
                    (long)
                            LGETXATTR.invokeExact(
                                    capture, path, attribute, buffer, (long) MAX_XATTR_BYTES));
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static byte[] throughDescriptor(int directory, byte[] name) {
        byte[] prefix = Listing.ascii("/proc/self/fd/" + directory + "/");
        byte[] last = name.length == 0 ? Listing.ascii(".") : name;
        byte[] whole = new byte[prefix.length + last.length];
        System.arraycopy(prefix, 0, whole, 0, prefix.length);
        System.arraycopy(last, 0, whole, prefix.length, last.length);
        return whole;
    }

    private byte[] taken(long length) throws FileFaultException {
        if (length < 0) {
            throw FileFaultException.ofErrno(errno());
        }
        return buffer.asSlice(0, length).toArray(JAVA_BYTE);
    }

    private static void put(MemorySegment segment, byte[] name) {
        MemorySegment.copy(name, 0, segment, JAVA_BYTE, 0, name.length);
        segment.set(JAVA_BYTE, name.length, (byte) 0);
    }

    private int errno() {
        return (int) ERRNO.get(capture, 0L);
    }

    private static IllegalStateException impossible(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("system call could not be made", e);
    }
}

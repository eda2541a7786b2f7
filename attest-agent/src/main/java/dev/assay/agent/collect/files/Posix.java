package dev.assay.agent.collect.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.assay.agent.libc.Libc;
import dev.assay.tree.NodePath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The system calls of the walk: thin, typed, each with its errno. One per thread: it owns the
/// buffers that the kernel writes to, and never gives them away.
///
/// Names and paths are NUL-terminated bytes. Every name is relative to a directory descriptor.
final class Posix {
    /// The longest list, and the longest value, of extended attributes that Linux hands out.
    private static final int MAX_XATTR_BYTES = 64 << 10;

    private static final int BUFFER_BYTES = 128 << 10;
    static final int PATH_BYTES = 4 << 10;

    static final int O_RDONLY = 0;
    static final int O_NOCTTY = 0x100;
    static final int O_NONBLOCK = 0x800;
    static final int O_NOATIME = 0x40000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_DIRECTORY = Libc.perMachine(0x10000, 0x4000);
    static final int O_NOFOLLOW = Libc.perMachine(0x20000, 0x8000);
    private static final long SYS_GETDENTS64 = Libc.perMachine(217, 61);

    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_BASIC_STATS = 0x7ff;

    private static final MethodHandle OPENAT =
            Libc.variadic("openat", 3, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle STATX =
            Libc.function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle SYSCALL =
            Libc.variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    private static final MethodHandle READLINKAT =
            Libc.function("readlinkat", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle PREAD =
            Libc.function("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle LSEEK =
            Libc.function("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FCNTL =
            Libc.variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = Libc.function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle FSTATFS =
            Libc.function("fstatfs", JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle FLISTXATTR =
            Libc.function("flistxattr", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle LLISTXATTR =
            Libc.function("llistxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle FGETXATTR =
            Libc.function("fgetxattr", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle LGETXATTR =
            Libc.function("lgetxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);

    private final Asking asking = Asking.mine();
    private final MemorySegment capture;
    private final MemorySegment path;
    private final MemorySegment attribute;
    private final MemorySegment stat;
    private final MemorySegment buffer;

    private static final ThreadLocal<Posix> MINE = ThreadLocal.withInitial(Posix::new);

    /// The calling thread's own.
    static Posix mine() {
        return MINE.get();
    }

    private Posix() {
        Arena arena = Arena.ofAuto();
        capture = Libc.newErrno(arena);
        path = arena.allocate(PATH_BYTES);
        attribute = arena.allocate(256);
        stat = arena.allocate(256, 8);
        buffer = arena.allocate(BUFFER_BYTES, 8);
    }

    /// What the next calls are about, for whoever waits for them.
    Posix about(NodePath node) {
        asking.about(node);
        return this;
    }

    /// A descriptor, or the negated errno.
    int open(int directory, byte[] name, int flags) {
        put(path, name);
        while (true) {
            asking.begin();
            try {
                int fd = (int) OPENAT.invokeExact(capture, directory, path, flags, 0);
                if (fd >= 0 || errno() != Errno.EINTR) {
                    return fd >= 0 ? fd : -errno();
                }
            } catch (Throwable e) {
                throw Libc.impossible(e);
            } finally {
                asking.end();
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
        asking.begin();
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
            throw Libc.impossible(e);
        } finally {
            asking.end();
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
                new FileStat.Time(stat.get(JAVA_LONG, 96), stat.get(JAVA_INT, 104)),
                (stat.get(JAVA_LONG, 8) & FsVerity.STATX_ATTR_VERITY) != 0);
    }

    private long unsigned(long offset) {
        return Integer.toUnsignedLong(stat.get(JAVA_INT, offset));
    }

    /// `f_type` of the descriptor's filesystem.
    long filesystemType(int fd) throws FileFaultException {
        asking.begin();
        try {
            int answer = (int) FSTATFS.invokeExact(capture, fd, stat);
            if (answer < 0) {
                throw FileFaultException.ofErrno(errno());
            }
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        } finally {
            asking.end();
        }
        return stat.get(JAVA_LONG, 0) & 0xffffffffL;
    }

    /// The next entries of a directory into `listing`; false at its end.
    boolean list(int directory, Listing listing) throws FileFaultException {
        long length;
        asking.begin();
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
            throw Libc.impossible(e);
        } finally {
            asking.end();
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
        asking.begin();
        try {
            offset = (long) LSEEK.invokeExact(capture, directory, 0L, 0);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        } finally {
            asking.end();
        }
        if (offset < 0) {
            throw FileFaultException.ofErrno(errno());
        }
    }

    byte[] readLink(int directory, byte[] name) throws FileFaultException {
        put(path, name);
        asking.begin();
        try {
            long length =
                    (long)
                            READLINKAT.invokeExact(
                                    capture, directory, path, buffer, buffer.byteSize());
            return taken(length);
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        } finally {
            asking.end();
        }
    }

    /// Up to the segment's size of bytes from `offset`; 0 at the end.
    ///
    /// @param into memory outside the heap: a read may wait, and must not hold up the collector
    int read(int fd, long offset, MemorySegment into) throws FileFaultException {
        while (true) {
            long length;
            asking.begin();
            try {
                length = (long) PREAD.invokeExact(capture, fd, into, into.byteSize(), offset);
            } catch (Throwable e) {
                throw Libc.impossible(e);
            } finally {
                asking.end();
            }
            if (length >= 0) {
                return (int) length;
            }
            if (errno() != Errno.EINTR) {
                throw FileFaultException.ofErrno(errno());
            }
        }
    }

    /// Another descriptor of the same open directory, or the negated errno.
    int duplicate(int fd) {
        asking.begin();
        try {
            int copy = (int) FCNTL.invokeExact(capture, fd, F_DUPFD_CLOEXEC, 0);
            return copy >= 0 ? copy : -errno();
        } catch (Throwable e) {
            throw Libc.impossible(e);
        } finally {
            asking.end();
        }
    }

    void close(int fd) {
        asking.begin();
        try {
            // Linux frees the descriptor whatever it answers: a second close would hit another
            // file.
            int ignored = (int) CLOSE.invokeExact(capture, fd);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        } finally {
            asking.end();
        }
    }

    /// The names of the extended attributes, each ended by NUL; empty where the filesystem has
    /// none.
    byte[] listAttributes(int fd) throws FileFaultException {
        asking.begin();
        try {
            return attributes(
                    (long) FLISTXATTR.invokeExact(capture, fd, buffer, (long) MAX_XATTR_BYTES));
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        } finally {
            asking.end();
        }
    }

    /// The same of a name that is not open: through the directory's own descriptor in /proc, which
    /// leads to the directory that is held, wherever it was moved to.
    byte[] listAttributes(int directory, byte[] name) throws FileFaultException {
        put(path, throughDescriptor(directory, name));
        asking.begin();
        try {
            return attributes(
                    (long) LLISTXATTR.invokeExact(capture, path, buffer, (long) MAX_XATTR_BYTES));
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        } finally {
            asking.end();
        }
    }

    private byte[] attributes(long length) throws FileFaultException {
        return length < 0 && errno() == Errno.EOPNOTSUPP ? new byte[0] : taken(length);
    }

    /// An attribute's value; {@link Errno#ENODATA}'s name in the fault where there is none.
    byte[] attribute(int fd, byte[] attributeName) throws FileFaultException {
        put(attribute, attributeName);
        asking.begin();
        try {
            return taken(
                    (long)
                            FGETXATTR.invokeExact(
                                    capture, fd, attribute, buffer, (long) MAX_XATTR_BYTES));
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        } finally {
            asking.end();
        }
    }

    byte[] attribute(int directory, byte[] name, byte[] attributeName) throws FileFaultException {
        put(path, throughDescriptor(directory, name));
        put(attribute, attributeName);
        asking.begin();
        try {
            return taken(
                    (long)
                            LGETXATTR.invokeExact(
                                    capture, path, attribute, buffer, (long) MAX_XATTR_BYTES));
        } catch (FileFaultException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        } finally {
            asking.end();
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
        return Libc.errno(capture);
    }
}

package dev.assay.agent.collect.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.assay.agent.libc.Kernel;
import dev.assay.agent.libc.Machine;
import dev.assay.agent.libc.SystemCall;
import dev.assay.tree.NodePath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The system calls of the walk: thin, typed, each with its errno. One per thread: it owns the
/// buffers that the kernel writes to, and never gives them away.
///
/// Names and paths are NUL-terminated bytes. Every name is relative to a directory descriptor.
final class Posix {
    /// The longest list, and the longest value, of extended attributes that Linux hands out.
    private static final int MAX_XATTR_BYTES = 64 << 10;

    private static final int BUFFER_BYTES = 128 << 10;
    static final int PATH_BYTES = 4 << 10;
    private static final byte[] NONE = new byte[0];

    static final int O_RDONLY = 0;
    static final int O_NOCTTY = 0x100;
    static final int O_NONBLOCK = 0x800;
    static final int O_NOATIME = 0x40000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_DIRECTORY = Machine.of(0x10000, 0x4000);
    static final int O_NOFOLLOW = Machine.of(0x20000, 0x8000);

    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_BASIC_STATS = 0x7ff;

    /// Up to the last field of `struct statx` that is looked at.
    private static final int STATX_BYTES = 144;

    private final Asking asking = Asking.mine();
    private final Kernel kernel = Kernel.mine();
    private final MemorySegment path;
    private final MemorySegment attribute;
    private final MemorySegment stat;
    private final MemorySegment buffer;

    /// The empty name: of the descriptor itself.
    private final MemorySegment itself;

    /// What {@link #path} holds: one name is asked about several times in a row.
    private byte[] put = NONE;

    private final byte[] stated = new byte[STATX_BYTES];
    private final byte[] listed = new byte[BUFFER_BYTES];

    private static final ThreadLocal<Posix> MINE = ThreadLocal.withInitial(Posix::new);

    /// The calling thread's own.
    static Posix mine() {
        return MINE.get();
    }

    private Posix() {
        Arena arena = Arena.ofAuto();
        path = arena.allocate(PATH_BYTES);
        attribute = arena.allocate(256);
        stat = arena.allocate(256, 8);
        buffer = arena.allocate(BUFFER_BYTES, 8);
        itself = arena.allocate(1);
    }

    /// What the next calls are about, for whoever waits for them.
    Posix about(NodePath node) {
        asking.about(node);
        return this;
    }

    /// A descriptor, or the negated errno.
    int open(int directory, byte[] name, int flags) {
        long path = named(name);
        long answer;
        do {
            answer = ask(SystemCall.OPENAT, directory, path, flags, 0, 0);
        } while (answer == -Errno.EINTR);
        return (int) answer;
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
        int flags =
                sync | AT_NO_AUTOMOUNT | (name.length == 0 ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW);
        granted(
                ask(
                        SystemCall.STATX,
                        directory,
                        named(name),
                        flags,
                        STATX_BASIC_STATS,
                        stat.address()));
        return readStat();
    }

    /// `struct statx` of linux/stat.h. Copied at once: each look into memory outside the heap costs
    /// more than all that is looked at.
    private FileStat readStat() {
        MemorySegment.copy(stat, JAVA_BYTE, 0, stated, 0, STATX_BYTES);
        return new FileStat(
                Words.at16(stated, 28),
                unsigned(20),
                unsigned(24),
                Words.at64(stated, 40),
                unsigned(16),
                unsigned(136) << 32 | unsigned(140),
                Words.at64(stated, 32),
                unsigned(128),
                unsigned(132),
                new FileStat.Time(Words.at64(stated, 112), Words.at32(stated, 120)),
                new FileStat.Time(Words.at64(stated, 96), Words.at32(stated, 104)),
                (Words.at64(stated, 8) & FsVerity.STATX_ATTR_VERITY) != 0);
    }

    private long unsigned(int offset) {
        return Integer.toUnsignedLong(Words.at32(stated, offset));
    }

    /// `f_type` of the descriptor's filesystem.
    long filesystemType(int fd) throws FileFaultException {
        granted(ask(SystemCall.FSTATFS, fd, stat.address(), 0, 0, 0));
        return stat.get(JAVA_LONG, 0) & 0xffffffffL;
    }

    /// The next entries of a directory into `listing`; false at its end.
    boolean list(int directory, Listing listing) throws FileFaultException {
        long length =
                granted(
                        ask(
                                SystemCall.GETDENTS64,
                                directory,
                                buffer.address(),
                                buffer.byteSize(),
                                0,
                                0));
        MemorySegment.copy(buffer, JAVA_BYTE, 0, listed, 0, (int) length);
        listing.append(listed, (int) length);
        return length > 0;
    }

    /// Back to the first entry of a directory.
    void rewind(int directory) throws FileFaultException {
        granted(ask(SystemCall.LSEEK, directory, 0, 0, 0, 0));
    }

    byte[] readLink(int directory, byte[] name) throws FileFaultException {
        return taken(
                ask(
                        SystemCall.READLINKAT,
                        directory,
                        named(name),
                        buffer.address(),
                        buffer.byteSize(),
                        0));
    }

    /// Up to the segment's size of bytes from `offset`; 0 at the end.
    ///
    /// @param into memory outside the heap: a read may wait, and must not hold up the collector
    int read(int fd, long offset, MemorySegment into) throws FileFaultException {
        long length;
        do {
            length = ask(SystemCall.PREAD64, fd, into.address(), into.byteSize(), offset, 0);
        } while (length == -Errno.EINTR);
        return (int) granted(length);
    }

    /// Another descriptor of the same open directory, or the negated errno.
    int duplicate(int fd) {
        return (int) ask(SystemCall.FCNTL, fd, F_DUPFD_CLOEXEC, 0, 0, 0);
    }

    /// Linux frees the descriptor whatever it answers: a second close would hit another file.
    void close(int fd) {
        ask(SystemCall.CLOSE, fd, 0, 0, 0, 0);
    }

    /// The names of the extended attributes, each ended by NUL; empty where the filesystem has
    /// none.
    byte[] listAttributes(int fd) throws FileFaultException {
        return names(ask(SystemCall.FLISTXATTR, fd, buffer.address(), MAX_XATTR_BYTES, 0, 0));
    }

    /// The same of a name that is not open: through the directory's own descriptor in /proc, which
    /// leads to the directory that is held, wherever it was moved to.
    byte[] listAttributes(int directory, byte[] name) throws FileFaultException {
        return names(
                ask(
                        SystemCall.LLISTXATTR,
                        named(throughDescriptor(directory, name)),
                        buffer.address(),
                        MAX_XATTR_BYTES,
                        0,
                        0));
    }

    private byte[] names(long length) throws FileFaultException {
        return length == -Errno.EOPNOTSUPP ? NONE : taken(length);
    }

    /// An attribute's value; {@link Errno#ENODATA}'s name in the fault where there is none.
    byte[] attribute(int fd, byte[] attributeName) throws FileFaultException {
        put(attribute, attributeName);
        return taken(
                ask(
                        SystemCall.FGETXATTR,
                        fd,
                        attribute.address(),
                        buffer.address(),
                        MAX_XATTR_BYTES,
                        0));
    }

    byte[] attribute(int directory, byte[] name, byte[] attributeName) throws FileFaultException {
        put(attribute, attributeName);
        return taken(
                ask(
                        SystemCall.LGETXATTR,
                        named(throughDescriptor(directory, name)),
                        attribute.address(),
                        buffer.address(),
                        MAX_XATTR_BYTES,
                        0));
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
        return granted(length) == 0 ? NONE : buffer.asSlice(0, length).toArray(JAVA_BYTE);
    }

    private long ask(SystemCall call, long a, long b, long c, long d, long e) {
        asking.begin();
        try {
            return kernel.call(call, a, b, c, d, e);
        } finally {
            asking.end();
        }
    }

    private static long granted(long answer) throws FileFaultException {
        if (answer < 0) {
            throw FileFaultException.ofErrno((int) -answer);
        }
        return answer;
    }

    /// Where the name lies, ended by NUL. The array is not changed by anybody who asks by it.
    private long named(byte[] name) {
        if (name.length == 0) {
            return itself.address();
        }
        if (!Arrays.equals(name, put)) {
            put(path, name);
            put = name;
        }
        return path.address();
    }

    private static void put(MemorySegment segment, byte[] name) {
        MemorySegment.copy(name, 0, segment, JAVA_BYTE, 0, name.length);
        segment.set(JAVA_BYTE, name.length, (byte) 0);
    }
}

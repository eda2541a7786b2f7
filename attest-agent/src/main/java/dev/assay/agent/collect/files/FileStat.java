package dev.assay.agent.collect.files;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;

/// What statx(2) tells of one thing. Times, inode and device of the filesystem are for finding
/// changes while it is read; they never enter a leaf.
///
/// @param mode type and permission bits, as in `st_mode`
/// @param size bytes
/// @param device the filesystem's number, `inode` the thing's on it
/// @param deviceMajor of a device node, else 0, and so the minor
/// @param hasVerity whether the kernel keeps an fs-verity digest of it
/// @param modified nanoseconds are apart: a file of the year 2600 does not fit into 64 bits of them
public record FileStat(
        int mode,
        long uid,
        long gid,
        long size,
        long links,
        long device,
        long inode,
        long deviceMajor,
        long deviceMinor,
        Time modified,
        Time changed,
        boolean hasVerity) {
    private static final int TYPE_MASK = 0170000;
    public static final int SET_UID = 04000;
    public static final int SET_GID = 02000;
    public static final int STICKY = 01000;
    public static final int ANY_EXECUTE = 0111;
    public static final int WORLD_WRITABLE = 0002;

    private static final Bytes[] MODES = modes();

    public record Time(long seconds, int nanos) {}

    /// Names the thing for as long as it exists.
    public record Identity(long device, long inode) {}

    /// {@link Kind#UNREADABLE} for a type that Linux does not have.
    public Kind kind() {
        return switch (mode & TYPE_MASK) {
            case 0100000 -> Kind.FILE;
            case 0040000 -> Kind.DIRECTORY;
            case 0120000 -> Kind.SYMLINK;
            case 0020000 -> Kind.CHAR_DEVICE;
            case 0060000 -> Kind.BLOCK_DEVICE;
            case 0010000 -> Kind.FIFO;
            case 0140000 -> Kind.SOCKET;
            default -> Kind.UNREADABLE;
        };
    }

    /// Permission bits with set-id and sticky, four octal digits.
    public Bytes modeText() {
        return MODES[mode & 07777];
    }

    /// The same as a number.
    public int permissions() {
        return mode & 07777;
    }

    public boolean has(int bits) {
        return (mode & bits) != 0;
    }

    public Identity identity() {
        return new Identity(device, inode);
    }

    boolean isSameThing(FileStat other) {
        return device == other.device && inode == other.inode && kind() == other.kind();
    }

    /// Whether nothing tells of a change of content since `before`. The change time is the one that
    /// its owner cannot set back.
    public boolean isUnchangedSince(FileStat before) {
        return isSameThing(before)
                && size == before.size
                && isSame(modified, before.modified)
                && isSame(changed, before.changed);
    }

    /// As `equals`, which goes through a handle that the runtime makes.
    private static boolean isSame(Time time, Time other) {
        return time.seconds == other.seconds && time.nanos == other.nanos;
    }

    private static Bytes[] modes() {
        Bytes[] texts = new Bytes[010000];
        for (int mode = 0; mode < texts.length; mode++) {
            String digits = Integer.toOctalString(mode);
            texts[mode] = Bytes.utf8("0".repeat(4 - digits.length()) + digits);
        }
        return texts;
    }
}

package dev.assay.agent.collect.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A look at a thing by the Java runtime's own `unix` view, which has all of stat(2) but takes
/// paths only.
///
/// @param key the runtime's name of device and inode, by which the look is known to be of the thing
///   that a held directory has
record PortableStat(FileStat stat, @Nullable Object key) {
    /// The last name's link is not followed; those in the path are.
    static PortableStat of(Path path) throws FileFaultException {
        try {
            return of(Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw PortableFaults.of(e);
        }
    }

    private static PortableStat of(Map<String, Object> found) {
        long device = number(found, "rdev");
        int mode = (int) number(found, "mode");
        FileStat stat =
                new FileStat(
                        mode,
                        Integer.toUnsignedLong((int) number(found, "uid")),
                        Integer.toUnsignedLong((int) number(found, "gid")),
                        number(found, "size"),
                        number(found, "nlink"),
                        major(number(found, "dev")) << 32 | minor(number(found, "dev")),
                        number(found, "ino"),
                        major(device),
                        minor(device),
                        time(found, "lastModifiedTime"),
                        time(found, "ctime"),
                        false);
        return new PortableStat(stat, found.get("fileKey"));
    }

    /// As `gnu_dev_major` of sys/sysmacros.h packs 64 bits.
    private static long major(long device) {
        return (device >>> 8 & 0xfff) | (device >>> 32 & 0xfffff000L);
    }

    private static long minor(long device) {
        return (device & 0xff) | (device >>> 12 & 0xffffff00L);
    }

    private static long number(Map<String, Object> found, String name) {
        if (found.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalStateException("the runtime's unix view has no " + name);
    }

    private static FileStat.Time time(Map<String, Object> found, String name) {
        if (found.get(name) instanceof FileTime time) {
            Instant instant = time.toInstant();
            return new FileStat.Time(instant.getEpochSecond(), instant.getNano());
        }
        throw new IllegalStateException("the runtime's unix view has no " + name);
    }
}

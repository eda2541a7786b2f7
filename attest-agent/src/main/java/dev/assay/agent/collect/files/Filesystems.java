package dev.assay.agent.collect.files;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which filesystems under a root are not the host's own storage, by `f_type` (linux/magic.h).
///
/// What the kernel makes up differs at every look, and what a network or a user's program serves
/// can make a walk wait for ever. tmpfs is real: an intruder's files are as dangerous there.
public final class Filesystems {
    private static final Map<Long, String> PSEUDO =
            Map.ofEntries(
                    Map.entry(0x9fa0L, "proc"),
                    Map.entry(0x62656572L, "sysfs"),
                    Map.entry(0x27e0ebL, "cgroup"),
                    Map.entry(0x63677270L, "cgroup2"),
                    Map.entry(0x64626720L, "debugfs"),
                    Map.entry(0x74726163L, "tracefs"),
                    Map.entry(0x73636673L, "securityfs"),
                    Map.entry(0xcafe4a11L, "bpf"),
                    Map.entry(0x6165676cL, "pstore"),
                    Map.entry(0xde5e81e4L, "efivarfs"),
                    Map.entry(0x62656570L, "configfs"),
                    Map.entry(0x1cd1L, "devpts"),
                    Map.entry(0x19800202L, "mqueue"),
                    Map.entry(0x958458f6L, "hugetlbfs"),
                    Map.entry(0x65735543L, "fusectl"),
                    Map.entry(0x42494e4dL, "binfmt_misc"),
                    Map.entry(0xf97cff8cL, "selinuxfs"),
                    Map.entry(0x43415d53L, "smackfs"),
                    Map.entry(0x6e736673L, "nsfs"),
                    Map.entry(0x187L, "autofs"),
                    Map.entry(0x67596969L, "rpc_pipefs"),
                    Map.entry(0x6e667364L, "nfsd"));

    private static final Map<Long, String> NETWORK =
            Map.ofEntries(
                    Map.entry(0x6969L, "nfs"),
                    Map.entry(0xff534d42L, "cifs"),
                    Map.entry(0xfe534d42L, "smb2"),
                    Map.entry(0x517bL, "smb"),
                    Map.entry(0xc36400L, "ceph"),
                    Map.entry(0x5346414fL, "openafs"),
                    Map.entry(0x6b414653L, "afs"),
                    Map.entry(0x1021997L, "9p"),
                    Map.entry(0xbd00bd0L, "lustre"),
                    Map.entry(0x65735546L, "fuse"));

    private static final long OVERLAY = 0x794c7630L;

    private static final Set<Long> IN_MEMORY = Set.of(0x1021994L, 0x858458f6L);

    /// msdos and vfat, exfat, hfs.
    private static final Set<Long> WITHOUT_CHANGE_TIME = Set.of(0x4d44L, 0x2011bab0L, 0x4244L);

    private Filesystems() {}

    /// Whether a file can be written and its times be as they were.
    ///
    /// On tmpfs and ramfs there is no write-back that would protect a mapped page again, so only
    /// the first write through a mapping shows. FAT and its like keep no change time on disk and
    /// show the modification time in its place, which whoever may write sets to what he likes.
    static boolean hidesChanges(long type) {
        return IN_MEMORY.contains(type) || WITHOUT_CHANGE_TIME.contains(type);
    }

    /// Whether it is made of others: what its upper layer lies on says whether it hides changes.
    static boolean isOverlay(long type) {
        return type == OVERLAY;
    }

    /// The same by the name of a type in the mount table, of those that a server or a user's
    /// program serves; empty for others.
    static Optional<String> server(String type) {
        String name =
                switch (type) {
                    case "nfs4" -> "nfs";
                    case "smb3" -> "smb2";
                    case "fuseblk", "virtiofs" -> "fuse";
                    default -> type.startsWith("fuse.") ? "fuse" : type;
                };
        return NETWORK.containsValue(name)
                ? Optional.of("network filesystem " + name)
                : Optional.empty();
    }

    /// Whether what lies on a filesystem of this type, by its name in the mount table, is measured.
    public static boolean isOwnStorage(String type) {
        return reasonToLeaveOut(type).isEmpty();
    }

    /// By the name of a type.
    static boolean hidesChanges(String type) {
        return switch (type) {
            case "tmpfs", "ramfs", "devtmpfs", "msdos", "vfat", "exfat", "hfs", "overlay" -> true;
            default -> false;
        };
    }

    /// Why what lies on a filesystem of this type, by its name in the mount table, is not measured.
    static Optional<String> reasonToLeaveOut(String type) {
        return PSEUDO.containsValue(type) ? Optional.of("pseudo filesystem " + type) : server(type);
    }

    /// Why what lies on it is not measured; empty where it is.
    static Optional<String> reasonToLeaveOut(long type) {
        String pseudo = PSEUDO.get(type);
        if (pseudo != null) {
            return Optional.of("pseudo filesystem " + pseudo);
        }
        return Optional.ofNullable(NETWORK.get(type)).map(name -> "network filesystem " + name);
    }
}

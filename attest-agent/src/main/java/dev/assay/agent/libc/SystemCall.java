package dev.assay.agent.libc;

/// The system calls that the agent makes, by their numbers in asm/unistd_64.h of x86-64 and in
/// asm-generic/unistd.h, which aarch64 has.
public enum SystemCall {
    CACHESTAT(451, 451),
    CLOCK_GETTIME(228, 113),
    CLOSE(3, 57),
    EVENTFD2(290, 19),
    FADVISE64(221, 223),
    FANOTIFY_INIT(300, 262),
    FANOTIFY_MARK(301, 263),
    FCNTL(72, 25),
    FGETXATTR(193, 10),
    FLISTXATTR(196, 13),
    FSTATFS(138, 44),
    GETDENTS64(217, 61),
    INOTIFY_ADD_WATCH(254, 27),
    INOTIFY_INIT1(294, 26),
    INOTIFY_RM_WATCH(255, 28),
    IOCTL(16, 29),
    IOPRIO_GET(252, 31),
    IOPRIO_SET(251, 30),
    LGETXATTR(192, 9),
    LLISTXATTR(195, 12),
    LSEEK(8, 62),
    NAME_TO_HANDLE_AT(303, 264),
    OPENAT(257, 56),
    OPEN_BY_HANDLE_AT(304, 265),
    PPOLL(271, 73),
    PREAD64(17, 67),
    PREADV2(327, 286),
    READ(0, 63),
    READLINKAT(267, 78),
    STATX(332, 291),
    WRITE(1, 64);

    final long number;

    SystemCall(int onX86, int onAarch64) {
        this.number = Machine.of(onX86, onAarch64);
    }
}

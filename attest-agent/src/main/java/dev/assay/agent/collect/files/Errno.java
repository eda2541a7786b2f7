package dev.assay.agent.collect.files;

/// Numbers of `asm-generic/errno.h`, which x86-64 and aarch64 share.
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int ENXIO = 6;
    static final int ENOTDIR = 20;
    static final int ERANGE = 34;
    static final int ELOOP = 40;
    static final int ENODATA = 61;
    static final int EOPNOTSUPP = 95;

    private Errno() {}

    /// The number's name, as `EACCES`; `errno 999` for one that no filesystem is known to answer.
    static String name(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM";
            case ENOENT -> "ENOENT";
            case EINTR -> "EINTR";
            case 5 -> "EIO";
            case ENXIO -> "ENXIO";
            case 7 -> "E2BIG";
            case 11 -> "EAGAIN";
            case 12 -> "ENOMEM";
            case 13 -> "EACCES";
            case 16 -> "EBUSY";
            case 19 -> "ENODEV";
            case ENOTDIR -> "ENOTDIR";
            case 21 -> "EISDIR";
            case 22 -> "EINVAL";
            case 23 -> "ENFILE";
            case 24 -> "EMFILE";
            case 26 -> "ETXTBSY";
            case 27 -> "EFBIG";
            case ERANGE -> "ERANGE";
            case 36 -> "ENAMETOOLONG";
            case ELOOP -> "ELOOP";
            case ENODATA -> "ENODATA";
            case 74 -> "EBADMSG";
            case 75 -> "EOVERFLOW";
            case EOPNOTSUPP -> "EOPNOTSUPP";
            case 107 -> "ENOTCONN";
            case 110 -> "ETIMEDOUT";
            case 112 -> "EHOSTDOWN";
            case 116 -> "ESTALE";
            case 117 -> "EUCLEAN";
            case 121 -> "EREMOTEIO";
            case 123 -> "ENOMEDIUM";
            case 126 -> "ENOKEY";
            case 127 -> "EKEYEXPIRED";
            case 133 -> "EHWPOISON";
            default -> "errno " + errno;
        };
    }
}

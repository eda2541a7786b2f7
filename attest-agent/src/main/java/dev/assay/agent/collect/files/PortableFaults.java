package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import org.jspecify.annotations.Nullable;

/// What the Java runtime's exceptions mean, in the words of {@link Errno}, so that both walks give
/// one reason for one thing.
final class PortableFaults {
    private static final int MAX_REASON_CHARS = 100;

    private PortableFaults() {}

    static FileFaultException of(IOException e) {
        return switch (e) {
            case NoSuchFileException gone -> FileFaultException.ofErrno(Errno.ENOENT);
            case NotDirectoryException no -> replaced();
            case NotLinkException no -> replaced();
            case FileSystemLoopException loop -> replaced();
            case AccessDeniedException denied -> unreadable("EACCES");
            case ClosedByInterruptException interrupted -> unreadable("interrupted");
            case FileSystemException other -> ofText(other.getReason());
            default -> ofText(e.getMessage());
        };
    }

    static FileFaultException of(DirectoryIteratorException e) {
        IOException cause = e.getCause();
        return cause == null ? unreadable("input or output failed") : of(cause);
    }

    static boolean isNotSupported(FileSystemException e) {
        return e.getReason() != null && lastPart(e.getReason()).equals("Operation not supported");
    }

    /// `Unable to get list of extended attributes: Permission denied` of the runtime's own.
    private static String lastPart(String text) {
        return text.substring(text.lastIndexOf(": ") < 0 ? 0 : text.lastIndexOf(": ") + 2);
    }

    /// By strerror(3), which is all that the runtime hands on: in another language than English
    /// what is meant for a further look is told as unreadable.
    private static FileFaultException ofText(@Nullable String whole) {
        if (whole == null) {
            return unreadable("input or output failed");
        }
        String text = lastPart(whole);
        // A link, a file or a socket where a file or a directory was a moment ago.
        if (text.startsWith("Too many levels of symbolic links")
                || text.equals("Not a directory")
                || text.equals("No such device or address")) {
            return replaced();
        }
        return switch (text) {
            case "Operation not permitted" -> unreadable("EPERM");
            case "Permission denied" -> unreadable("EACCES");
            case "Input/output error" -> unreadable("EIO");
            case "File name too long" -> unreadable("ENAMETOOLONG");
            case "Too many open files" -> unreadable("EMFILE");
            case "Stale file handle" -> unreadable("ESTALE");
            default -> unreadable(text.substring(0, Math.min(text.length(), MAX_REASON_CHARS)));
        };
    }

    static FileFaultException replaced() {
        return new FileFaultException(Fault.REPLACED, "replaced while it was looked at");
    }

    static FileFaultException unreadable(String reason) {
        return new FileFaultException(Fault.UNREADABLE, reason);
    }
}

package dev.assay.agent.reset;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/// Leaves the reset to somebody who watches for a file, as kured does for `/run/reboot-required`:
/// the file appears whole, and where a link or another file stands under its name it takes that
/// one's place, so that nothing is ever written through it.
public final class ResetSentinel implements ResetAction {
    private final Path file;

    private ResetSentinel(Path file) {
        this.file = file;
    }

    /// @throws NotDirectoryException where the folder in which it would appear is not there
    public static ResetSentinel at(Path file) throws NotDirectoryException {
        Path absolute = file.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NotDirectoryException(String.valueOf(folder));
        }
        return new ResetSentinel(absolute);
    }

    @Override
    public void reset(ResetOrder order, Envelope signed) throws IOException {
        // A rename onto an empty folder would replace it.
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is a folder");
        }
        Path next = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            write(next, content(order));
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private static Bytes content(ResetOrder order) {
        return Bytes.utf8(
                "assay: reset "
                        + EscapedText.printable(order.id())
                        + " of "
                        + order.host()
                        + " is ordered: "
                        + EscapedText.printable(order.reason())
                        + "\n");
    }

    private static void write(Path next, Bytes content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        next,
                        Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-r--r--")))) {
            ByteBuffer buffer = ByteBuffer.wrap(content.toArray());
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    @Override
    public String toString() {
        return "sentinel " + file;
    }
}

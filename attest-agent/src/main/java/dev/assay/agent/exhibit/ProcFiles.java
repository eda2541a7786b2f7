package dev.assay.agent.exhibit;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Bounded looks below one `proc`. A process that ends while it is looked at, and one that may not
/// be looked at, is an empty answer; a captured folder cannot lead out of itself by a last link.
record ProcFiles(Path proc) {
    /// More than Linux gives to one machine by default.
    static final int MAX_PROCESSES = 1 << 16;

    /// The ids of processes, the highest first, which as a rule are the latest.
    long[] processes() {
        long[] found = new long[MAX_PROCESSES];
        int count = 0;
        try (DirectoryStream<Path> children = Files.newDirectoryStream(proc)) {
            for (Path child : children) {
                OptionalLong id = id(child.getFileName().toString());
                if (id.isPresent() && count < MAX_PROCESSES) {
                    found[count++] = id.getAsLong();
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // What was listed before it failed is what there is.
            return latestFirst(found, count);
        }
        return latestFirst(found, count);
    }

    private static long[] latestFirst(long[] found, int count) {
        return Arrays.stream(found, 0, count).map(id -> -id).sorted().map(id -> -id).toArray();
    }

    private static OptionalLong id(String name) {
        return name.matches("[1-9][0-9]{0,9}")
                ? OptionalLong.of(Long.parseLong(name))
                : OptionalLong.empty();
    }

    /// The first bytes of a file.
    Optional<Bytes> first(String relative, int maxBytes) {
        try (SeekableByteChannel channel = open(proc.resolve(relative))) {
            ByteBuffer buffer = ByteBuffer.allocate(maxBytes);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
            return Optional.of(Bytes.copyOf(buffer.array(), 0, buffer.position()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// @throws IOException where it cannot be opened
    InputStream stream(String relative) throws IOException {
        return Channels.newInputStream(open(proc.resolve(relative)));
    }

    private static SeekableByteChannel open(Path file) throws IOException {
        // A FIFO in a captured folder would be waited for.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("no regular file");
        }
        return Files.newByteChannel(
                file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    Optional<Bytes> link(String relative) {
        try {
            return Optional.of(
                    Bytes.utf8(Files.readSymbolicLink(proc.resolve(relative)).toString()));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /// Escaped, and short enough whatever it holds.
    static String text(Bytes bytes, int maxBytes) {
        return EscapedText.of(bytes.slice(0, Math.min(bytes.length(), maxBytes)));
    }
}

package dev.assay.agent.collect.packages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Opens regular files below the host's root, and none that a link leads out of it.
final class HostFiles {
    private final Path root;

    HostFiles(Path root) {
        this.root = root;
    }

    FileChannel open(String relative) throws IOException {
        return open(root.resolve(relative));
    }

    FileChannel open(Path file) throws IOException {
        if (!file.toRealPath().startsWith(root.toRealPath())) {
            throw new IOException("leads out of the host's root");
        }
        // Opening a FIFO would wait for its writer for ever.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("not a regular file");
        }
        return FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    InputStream stream(Path file) throws IOException {
        return Channels.newInputStream(open(file));
    }

    InputStream stream(String relative) throws IOException {
        return stream(root.resolve(relative));
    }

    /// Up to `max` files whose names end so, sorted; fewer where the folder cannot be read on.
    List<Path> list(String relative, String suffix, int max) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(root.resolve(relative))) {
            for (Path file : stream) {
                if (files.size() < max && file.toString().endsWith(suffix)) {
                    files.add(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // What could not be listed has no owner.
        }
        files.sort(null);
        return files;
    }

    boolean isLinkTo(String name, String target) {
        try {
            String link = Files.readSymbolicLink(root.resolve(name)).toString();
            return link.equals(target) || link.equals("/" + target);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}

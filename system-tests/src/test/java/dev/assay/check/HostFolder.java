package dev.assay.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A folder that stands for a host's root, or for its `/proc` and `/sys`.
record HostFolder(Path root) {
    static final byte[] ELF = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 'x', 'y', 'z'};

    Path path(String name) {
        return root.resolve(name);
    }

    HostFolder file(String name, String content) throws IOException {
        return file(name, content, 0644);
    }

    HostFolder file(String name, String content, int mode) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8), mode);
    }

    /// @param mode with the set-id and sticky bits
    HostFolder file(String name, byte[] content, int mode) throws IOException {
        Path file = path(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return mode(name, mode);
    }

    HostFolder program(String name) throws IOException {
        return file(name, ELF, 0755);
    }

    HostFolder folder(String name, int mode) throws IOException {
        Files.createDirectories(path(name));
        return mode(name, mode);
    }

    HostFolder mode(String name, int mode) throws IOException {
        Files.setAttribute(path(name), "unix:mode", mode);
        return this;
    }

    /// Replaces a link that is there, as the programs do that keep one up to date.
    HostFolder link(String name, String target) throws IOException {
        Path link = path(name);
        Files.createDirectories(link.getParent());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
        return this;
    }

    /// The same content under a new inode and time.
    HostFolder rewrite(String name) throws IOException {
        Path next = path(name + ".new");
        Files.copy(path(name), next, StandardCopyOption.COPY_ATTRIBUTES);
        Files.setLastModifiedTime(next, FileTime.fromMillis(1));
        Files.move(next, path(name), StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    HostFolder rename(String from, String to) throws IOException {
        Files.move(path(from), path(to));
        return this;
    }

    HostFolder append(String name, String line) throws IOException {
        return file(
                name,
                Files.readString(path(name)) + line,
                (int) Files.getAttribute(path(name), "unix:mode") & 07777);
    }

    /// Removes all of it. JUnit would, too, and say of each link out of it that it is one.
    void clear() throws IOException {
        remove("");
    }

    /// Removes it and what is below it.
    HostFolder remove(String name) throws IOException {
        List<Path> below;
        try (Stream<Path> found = Files.walk(path(name))) {
            below = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : below) {
            Files.delete(path);
        }
        return this;
    }
}

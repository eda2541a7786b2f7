package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Objects;
import java.util.Set;

/// A directory that is held open by the Java runtime. Names are opened in it and not by their
/// paths; a look by a path counts only where it is of the very thing that the held directory has.
final class PortableDirectory implements AutoCloseable {
    private static final Path ITSELF = Path.of(".");
    private static final Path PARENT = Path.of("..");
    private static final Set<OpenOption> READ =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final Path path;
    private SecureDirectoryStream<Path> held;
    private boolean listed;

    private PortableDirectory(Path path, SecureDirectoryStream<Path> held) {
        this.path = path;
        this.held = held;
    }

    /// @throws IOException also where the runtime cannot hold directories
    @SuppressWarnings("StreamResourceLeak") // it is held, and closed with this
    static PortableDirectory root(Path path) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(path);
        if (stream instanceof SecureDirectoryStream<Path> held) {
            return new PortableDirectory(path, held);
        }
        stream.close();
        throw new IOException(path + ": this Java runtime cannot hold a directory open");
    }

    Path path() {
        return path;
    }

    /// Of the directory itself.
    FileStat stat() throws FileFaultException {
        try {
            BasicFileAttributeView view = held.getFileAttributeView(BasicFileAttributeView.class);
            return same(view.readAttributes().fileKey(), PortableStat.of(path));
        } catch (IOException e) {
            throw PortableFaults.of(e);
        }
    }

    /// Of a name, never through a link.
    FileStat stat(Path name) throws FileFaultException {
        return same(key(name), PortableStat.of(path.resolve(name)));
    }

    boolean has(Path name) {
        try {
            key(name);
            return true;
        } catch (FileFaultException e) {
            return e.fault() != Fault.GONE;
        }
    }

    private Object key(Path name) throws FileFaultException {
        try {
            return Objects.requireNonNull(
                    held.getFileAttributeView(
                                    name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                            .readAttributes()
                            .fileKey());
        } catch (IOException e) {
            throw PortableFaults.of(e);
        }
    }

    private static FileStat same(Object key, PortableStat look) throws FileFaultException {
        if (!key.equals(look.key())) {
            throw PortableFaults.replaced();
        }
        return look.stat();
    }

    PortableDirectory open(Path name) throws FileFaultException {
        return open(name, path.resolve(name));
    }

    /// @param above the path that the directory above has
    PortableDirectory parent(Path above) throws FileFaultException {
        return open(PARENT, above);
    }

    private PortableDirectory open(Path name, Path its) throws FileFaultException {
        try {
            return new PortableDirectory(
                    its, held.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw PortableFaults.of(e);
        }
    }

    FileChannel channel(Path name) throws FileFaultException {
        try {
            SeekableByteChannel channel = held.newByteChannel(name, READ);
            if (channel instanceof FileChannel file) {
                return file;
            }
            channel.close();
            throw PortableFaults.unreadable("no file's channel");
        } catch (IOException e) {
            throw PortableFaults.of(e);
        }
    }

    /// All the names.
    void list(Listing into) throws FileFaultException {
        try {
            if (listed) {
                // A stream is gone through once: the same directory is opened again.
                SecureDirectoryStream<Path> again = held.newDirectoryStream(ITSELF);
                held.close();
                held = again;
            }
            listed = true;
            for (Path entry : held) {
                into.add(PathBytes.of(Objects.requireNonNull(entry.getFileName())));
            }
        } catch (DirectoryIteratorException e) {
            throw PortableFaults.of(e);
        } catch (IOException e) {
            throw PortableFaults.of(e);
        }
    }

    @Override
    public void close() {
        try {
            held.close();
        } catch (IOException e) {
            // Linux frees the descriptor whatever it answers, and nothing was written.
            listed = true;
        }
    }
}

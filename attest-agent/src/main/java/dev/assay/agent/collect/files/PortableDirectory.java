package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.tree.NodePath;
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
    private final NodePath node;
    private SecureDirectoryStream<Path> held;
    private boolean listed;

    private PortableDirectory(Path path, NodePath node, SecureDirectoryStream<Path> held) {
        this.path = path;
        this.node = node;
        this.held = held;
    }

    /// By its path, links and all.
    ///
    /// @throws FileFaultException also where the runtime cannot hold directories
    static PortableDirectory root(Path path, NodePath node) throws FileFaultException {
        return Asking.ask(node, () -> byPath(path, node));
    }

    @SuppressWarnings("StreamResourceLeak") // it is held, and closed with this
    private static PortableDirectory byPath(Path path, NodePath node) throws FileFaultException {
        try {
            DirectoryStream<Path> stream = Files.newDirectoryStream(path);
            if (stream instanceof SecureDirectoryStream<Path> held) {
                // The path of itself is no link, whatever its last name is. Behind a process's root
                // in /proc the real path is another directory, of this process's own mounts.
                Path itself = path.toAbsolutePath().resolve(ITSELF);
                PortableDirectory named = new PortableDirectory(itself, node, held);
                Path real = path.toRealPath();
                return named.isAt(real) ? new PortableDirectory(real, node, held) : named;
            }
            stream.close();
            throw PortableFaults.unreadable("this Java runtime cannot hold a directory open");
        } catch (IOException e) {
            throw PortableFaults.of(e);
        }
    }

    private boolean isAt(Path real) throws FileFaultException {
        return key().equals(PortableStat.of(real).key());
    }

    Path path() {
        return path;
    }

    /// Of the directory itself.
    FileStat stat() throws FileFaultException {
        return Asking.ask(node, () -> same(key(), PortableStat.of(path)));
    }

    private Object key() throws FileFaultException {
        try {
            return Objects.requireNonNull(
                    held.getFileAttributeView(BasicFileAttributeView.class)
                            .readAttributes()
                            .fileKey());
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
            Object found = Asking.ask(node, () -> key(name));
            return found != null;
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

    PortableDirectory open(Path name, NodePath its) throws FileFaultException {
        return Asking.ask(its, () -> open(name, path.resolve(name), its));
    }

    /// @param above the path that the directory above has
    PortableDirectory parent(Path above) throws FileFaultException {
        return Asking.ask(node, () -> open(PARENT, above, node.parent()));
    }

    private PortableDirectory open(Path name, Path its, NodePath itsNode)
            throws FileFaultException {
        try {
            return new PortableDirectory(
                    its, itsNode, held.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
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
        var _ = Asking.ask(node, () -> listAgain(into));
    }

    private boolean listAgain(Listing into) throws FileFaultException {
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
                if (into.isFull()) {
                    break;
                }
            }
            return listed;
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

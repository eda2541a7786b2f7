package dev.assay.agent.collect.files;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A name in a directory that is held open.
final class PortableNode implements FoundNode {
    private static final int MAX_OPENINGS = 3;

    private final PortableBoundaries boundaries;
    private final PortableDirectory directory;
    private final @Nullable Path name;
    private final Bytes bytes;
    private final NodePath path;
    private @Nullable FileStat stat;

    PortableNode(
            PortableBoundaries boundaries,
            PortableDirectory directory,
            @Nullable Path name,
            Bytes bytes,
            NodePath path) {
        this.boundaries = boundaries;
        this.directory = directory;
        this.name = name;
        this.bytes = bytes;
        this.path = path;
    }

    static PortableNode root(
            PortableBoundaries boundaries, PortableDirectory directory, NodePath path) {
        return new PortableNode(boundaries, directory, null, Bytes.EMPTY, path);
    }

    @Override
    public NodePath path() {
        return path;
    }

    @Override
    public Bytes name() {
        return bytes;
    }

    @Override
    public FileStat stat() throws FileFaultException {
        if (stat == null) {
            if (name == null) {
                stat = directory.stat();
            } else {
                boundaries.requireAnswers(PortableWalk.latin1(filePath()));
                FileStat found = again();
                boundaries.requireMeasurable(found);
                stat = found;
            }
        }
        return stat;
    }

    @Override
    public boolean hasHonestTimes() throws FileFaultException {
        return boundaries.hasHonestTimes(stat().device());
    }

    private Path filePath() {
        return name == null ? directory.path() : directory.path().resolve(name);
    }

    private FileStat again() throws FileFaultException {
        return name == null ? directory.stat() : Asking.ask(path, () -> directory.stat(name));
    }

    private void requireUnchanged() throws FileFaultException {
        if (!again().isUnchangedSince(stat())) {
            throw PortableFaults.replaced();
        }
    }

    @Override
    public Bytes target() throws FileFaultException {
        return Asking.ask(path, this::readTarget);
    }

    private Bytes readTarget() throws FileFaultException {
        FileStat before = stat();
        try {
            Bytes target = Bytes.copyOf(PathBytes.of(Files.readSymbolicLink(filePath())));
            if (!again().isSameThing(before)) {
                throw PortableFaults.replaced();
            }
            return target;
        } catch (IOException e) {
            throw PortableFaults.of(e);
        }
    }

    @Override
    public SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted)
            throws FileFaultException {
        return switch (stat().kind()) {
            case FILE, DIRECTORY -> {
                SortedMap<Bytes, Bytes> found =
                        Asking.ask(path, () -> PortableAttributes.read(filePath(), wanted));
                requireUnchanged();
                yield found;
            }
            // The kernel has `user` attributes of files and directories only (xattr(7)), and the
            // runtime opens what it reads them of: a FIFO would never answer.
            case SYMLINK,
                    CHAR_DEVICE,
                    BLOCK_DEVICE,
                    FIFO,
                    SOCKET,
                    VALUE,
                    MOUNT,
                    HELD,
                    UNREADABLE,
                    UNSTABLE ->
                    Collections.emptySortedMap();
        };
    }

    @Override
    public OpenFile open() throws FileFaultException {
        if (stat().kind() != Kind.FILE || name == null) {
            throw new IllegalStateException("only regular files are opened");
        }
        FileStat before = stat();
        for (int openings = 1; ; openings++) {
            PortableFile file = open(name, before);
            if (file != null) {
                return file;
            }
            before = again();
            if (openings == MAX_OPENINGS || !before.isSameThing(stat())) {
                throw PortableFaults.replaced();
            }
        }
    }

    /// The runtime does not tell what it opened. It was the thing that was seen where that did not
    /// change meanwhile: it would have, by being moved away and back. Null where it changed.
    private @Nullable PortableFile open(Path file, FileStat before) throws FileFaultException {
        FileChannel channel = Asking.ask(path, () -> directory.channel(file));
        boolean same = false;
        try {
            same = again().isUnchangedSince(before);
            return same ? new PortableFile(channel, filePath(), before, path) : null;
        } finally {
            if (!same) {
                PortableFile.close(channel);
            }
        }
    }
}

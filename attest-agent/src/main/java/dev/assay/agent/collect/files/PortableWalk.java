package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Walks by what the Java runtime has, on one thread, where system calls cannot be made.
///
/// It finds what {@link PosixWalk} finds, but for what no Java program can ask:
///
/// - Extended attributes other than `user`: capabilities, labels and access lists. A file with a
///   capability would look like one without, so the root itself is told to be unreadable for that
///   reason: **a measurement by this walk is never clean evidence**, and no baseline.
/// - What lies at paths of 4,096 bytes and more is told to be unreadable.
/// - A file or directory that is swapped for a FIFO in the moment before it is opened holds its
///   thread up, and a device is opened: the runtime does not know `O_NONBLOCK` and `O_PATH`. The
///   crew's patience ends that.
/// - Access times may be changed.
public final class PortableWalk implements Walk {
    static final String BLIND =
            "extended attributes other than user cannot be read on this machine";

    private static final int MAX_OPEN_DIRECTORIES = 32;
    private static final int MAX_LOOKS = 3;

    private final Patience patience;
    private final int maxNamesBytes;

    public PortableWalk() {
        this(Patience.USUAL);
    }

    /// @param maxNamesBytes of one directory, as {@link Listing} counts them
    PortableWalk(int maxNamesBytes) {
        this(Patience.USUAL, maxNamesBytes);
    }

    /// @param patience for one system call
    public PortableWalk(Duration patience) {
        this(patience, Listing.MAX_BYTES);
    }

    private PortableWalk(Duration patience, int maxNamesBytes) {
        this.patience = new Patience(patience);
        this.maxNamesBytes = maxNamesBytes;
    }

    @Override
    public <C> void run(Path root, NodePath as, Visitor<C> visitor, Crew crew) throws IOException {
        patience.run(root, as, visitor, crew, () -> begin(root, as, visitor, crew));
    }

    private <C> void begin(Path root, NodePath as, Visitor<C> visitor, Crew crew)
            throws IOException {
        PortableDirectory directory;
        try {
            directory = Asking.ask(as, () -> PortableDirectory.root(root, as));
        } catch (FileFaultException e) {
            throw new IOException(root + ": " + e.reason(), e);
        }
        FileStat stat;
        try {
            stat = directory.stat();
        } catch (FileFaultException e) {
            directory.close();
            throw new IOException(root + ": " + e.reason(), e);
        }
        PortableBoundaries boundaries = new PortableBoundaries(stat);
        Shared<C> shared =
                new Shared<>(root.toAbsolutePath(), boundaries, visitor, crew, maxNamesBytes);
        new Strand<>(shared, as).fromRoot(directory, stat);
    }

    static String latin1(Path path) {
        return new String(PathBytes.of(path), StandardCharsets.ISO_8859_1);
    }

    private static final class Frame<C> {
        final FileStat stat;
        final C context;
        final Path path;
        final Listing listing;
        @Nullable PortableDirectory directory;

        Frame(FileStat stat, C context, PortableDirectory directory, int maxNamesBytes) {
            this.stat = stat;
            this.context = context;
            this.path = directory.path();
            this.directory = directory;
            this.listing = new Listing(maxNamesBytes);
        }

        void close() {
            if (directory != null) {
                directory.close();
                directory = null;
            }
        }
    }

    private record Shared<C>(
            Path root,
            PortableBoundaries boundaries,
            Visitor<C> visitor,
            Crew crew,
            int maxNamesBytes) {}

    private static final class Strand<C> {
        private final Shared<C> shared;
        private final PortableBoundaries boundaries;
        private final Visitor<C> visitor;
        private final List<Frame<C>> frames = new ArrayList<>();
        private final Set<FileStat.Identity> ancestors = new HashSet<>();
        private NodePath here;

        Strand(Shared<C> shared, NodePath here) {
            this.shared = shared;
            this.boundaries = shared.boundaries();
            this.visitor = shared.visitor();
            this.here = here;
        }

        void fromRoot(PortableDirectory directory, FileStat stat) {
            C context = visitRoot(directory);
            if (context == null) {
                directory.close();
                return;
            }
            visitor.undetermined(context, Kind.UNREADABLE, BLIND);
            try {
                push(here, frame(stat, context, directory));
                while (!frames.isEmpty() && !shared.crew().isAbandoned()) {
                    Frame<C> frame = frames.getLast();
                    byte[] name = frame.directory == null ? null : frame.listing.next();
                    if (name == null || frame.directory == null) {
                        pop();
                    } else {
                        look(frame, frame.directory, name);
                    }
                }
            } finally {
                frames.forEach(Frame::close);
            }
        }

        private Frame<C> frame(FileStat stat, C context, PortableDirectory directory) {
            return new Frame<>(stat, context, directory, shared.maxNamesBytes());
        }

        private @Nullable C visitRoot(PortableDirectory directory) {
            PortableNode root = PortableNode.root(boundaries, directory, here);
            try {
                return visitor.visit(null, root);
            } catch (FileFaultException e) {
                visitor.undetermined(null, root, Kind.UNREADABLE, e.reason());
                return null;
            }
        }

        private void look(Frame<C> frame, PortableDirectory directory, byte[] name) {
            if (here.value().length() + 1 + name.length > NodePath.MAX_BYTES) {
                visitor.undetermined(
                        frame.context, Kind.UNREADABLE, "holds paths that are too long");
                return;
            }
            Bytes bytes = Bytes.copyOf(name);
            NodePath path = here.child(bytes);
            Path file = PathBytes.name(name);
            for (int looks = 1; ; looks++) {
                PortableNode node = new PortableNode(boundaries, directory, file, bytes, path);
                FoundNode told = Patience.unlessSilent(shared.root(), node);
                try {
                    C context = visitor.visit(frame.context, told);
                    if (context != null) {
                        descend(frame, directory, file, node, context);
                    }
                    return;
                } catch (FileFaultException e) {
                    if (isSettled(e, frame, directory, file, node, looks)) {
                        return;
                    }
                }
            }
        }

        private boolean isSettled(
                FileFaultException e,
                Frame<C> frame,
                PortableDirectory directory,
                Path file,
                PortableNode node,
                int looks) {
            switch (e.fault()) {
                case LEFT_OUT -> visitor.leftOut(frame.context, node, e.reason());
                case UNREADABLE ->
                        visitor.undetermined(frame.context, node, Kind.UNREADABLE, e.reason());
                case GONE, REPLACED -> {
                    if (!directory.has(file)) {
                        return true;
                    }
                    if (looks < MAX_LOOKS) {
                        return false;
                    }
                    visitor.undetermined(
                            frame.context, node, Kind.UNSTABLE, "replaced while it was looked at");
                }
            }
            return true;
        }

        private void descend(
                Frame<C> parent,
                PortableDirectory directory,
                Path name,
                PortableNode node,
                C context)
                throws FileFaultException {
            boolean entered = false;
            try {
                FileStat stat = node.stat();
                if (stat.kind() != Kind.DIRECTORY) {
                    return;
                }
                if (ancestors.contains(stat.identity())) {
                    visitor.undetermined(parent.context, node, Kind.UNREADABLE, "loop");
                    return;
                }
                Frame<C> frame = frame(stat, context, open(directory, name, node));
                entered = true;
                push(node.path(), frame);
            } finally {
                if (!entered) {
                    visitor.closed(context);
                }
            }
        }

        private static PortableDirectory open(PortableDirectory above, Path name, PortableNode node)
                throws FileFaultException {
            return same(above.open(name, node.path()), node.stat());
        }

        private static PortableDirectory same(PortableDirectory opened, FileStat stat)
                throws FileFaultException {
            boolean same = false;
            try {
                same = opened.stat().isSameThing(stat);
                if (!same) {
                    throw new FileFaultException(Fault.REPLACED, "replaced while it was opened");
                }
                return opened;
            } finally {
                if (!same) {
                    opened.close();
                }
            }
        }

        private void push(NodePath path, Frame<C> frame) {
            frames.add(frame);
            here = path;
            ancestors.add(frame.stat.identity());
            int distant = frames.size() - 1 - MAX_OPEN_DIRECTORIES;
            if (distant > 0) {
                frames.get(distant).close();
            }
            Collection<Bytes> wanted = visitor.names(frame.context);
            if (wanted != null) {
                wanted.forEach(name -> frame.listing.add(name.toArray()));
            } else {
                try {
                    list(frame);
                } catch (FileFaultException e) {
                    visitor.undetermined(frame.context, Kind.UNREADABLE, e.reason());
                }
            }
            if (frame.listing.isFull()) {
                visitor.undetermined(frame.context, Kind.UNREADABLE, "holds too many names");
            }
        }

        private void list(Frame<C> frame) throws FileFaultException {
            PortableDirectory directory = frame.directory;
            FileStat before = frame.stat;
            for (int looks = 1; directory != null && looks <= MAX_LOOKS; looks++) {
                frame.listing.clear();
                directory.list(frame.listing);
                FileStat after = directory.stat();
                if (after.isUnchangedSince(before) || frame.listing.isFull()) {
                    return;
                }
                before = after;
            }
            visitor.changing(frame.context);
        }

        private void pop() {
            Frame<C> done = frames.removeLast();
            ancestors.remove(done.stat.identity());
            if (!frames.isEmpty()) {
                here = here.parent();
                Frame<C> above = frames.getLast();
                if (above.directory == null) {
                    reopen(above, done);
                }
            }
            done.close();
            done.listing.release();
            visitor.closed(done.context);
        }

        /// Finds the directory above again, which must be the very one that was left.
        private void reopen(Frame<C> frame, Frame<C> child) {
            try {
                if (child.directory != null) {
                    frame.directory = same(child.directory.parent(frame.path), frame.stat);
                    return;
                }
            } catch (FileFaultException e) {
                frame.directory = null;
            }
            try {
                frame.directory = same(PortableDirectory.root(frame.path, here), frame.stat);
            } catch (FileFaultException e) {
                visitor.undetermined(frame.context, Kind.UNSTABLE, "moved while it was walked");
            }
        }
    }
}

package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Walks by system calls. Each name is looked up in the descriptor of the directory that holds it
/// and never again from the root, so a directory that is swapped for a link in mid-walk leads
/// nowhere else. The tree may be as deep and wide as it likes: the stack is a list, and few
/// descriptors are open at a time.
///
/// A thread that has nothing to do is given half of the names that another has still before it in
/// its outermost directory: a deep tree and one directory with a million files are both shared.
public final class PosixWalk implements Walk {
    /// Directories that stay open on the way down; those above are found again by `..`.
    private static final int MAX_OPEN_DIRECTORIES = 32;

    private static final int MAX_LOOKS = 3;
    private static final byte[] ITSELF = new byte[0];
    private static final byte[] PARENT = {'.', '.'};
    private static final int DIRECTORY = Posix.O_RDONLY | Posix.O_DIRECTORY | Posix.O_NONBLOCK;

    private final Patience patience;
    private final int maxNamesBytes;

    public PosixWalk() {
        this(Patience.USUAL);
    }

    /// @param maxNamesBytes of one directory, as {@link Listing} counts them
    PosixWalk(int maxNamesBytes) {
        this(Patience.USUAL, maxNamesBytes);
    }

    /// @param patience for one system call
    public PosixWalk(Duration patience) {
        this(patience, Listing.MAX_BYTES);
    }

    private PosixWalk(Duration patience, int maxNamesBytes) {
        this.patience = new Patience(patience);
        this.maxNamesBytes = maxNamesBytes;
    }

    @Override
    public <C> void run(Path root, NodePath as, Visitor<C> visitor, Crew crew) throws IOException {
        patience.run(root, as, visitor, crew, () -> begin(root, as, visitor, crew));
    }

    private <C> void begin(Path root, NodePath as, Visitor<C> visitor, Crew crew)
            throws IOException {
        if (!Files.isDirectory(Path.of("/proc/self/fd"))) {
            throw new IOException("/proc is not mounted: extended attributes cannot be read");
        }
        byte[] name = rawPath(root);
        if (name.length >= Posix.PATH_BYTES) {
            throw new IOException(root + ": ENAMETOOLONG");
        }
        Posix posix = Posix.mine();
        int fd = posix.openPath(name, DIRECTORY | Posix.O_CLOEXEC);
        if (fd < 0) {
            throw new IOException(root + ": " + Errno.name(-fd));
        }
        FileStat stat;
        Boundaries boundaries;
        try {
            stat = posix.stat(fd, ITSELF);
            boundaries = new Boundaries(posix, stat, fd);
        } catch (FileFaultException e) {
            posix.close(fd);
            throw new IOException(root + ": " + e.reason(), e);
        }
        Shared<C> shared =
                new Shared<>(root.toAbsolutePath(), boundaries, visitor, crew, maxNamesBytes);
        new Strand<>(shared, as, Set.of()).fromRoot(fd, stat);
    }

    /// The path's own bytes, whatever encoding the runtime shows paths in.
    static byte[] rawPath(Path root) {
        return PathBytes.of(root.toAbsolutePath());
    }

    /// What all strands of one walk have.
    private record Shared<C>(
            Path root, Boundaries boundaries, Visitor<C> visitor, Crew crew, int maxNamesBytes) {}

    /// One directory, or a part of its names, on a strand's stack.
    private static final class Frame<C> {
        final byte[] name;
        final FileStat stat;
        final C context;
        final Listing listing;
        int fd;

        /// How many frames, of all strands, have names of this directory.
        final AtomicInteger parts;

        Frame(byte[] name, FileStat stat, C context, int fd, Listing listing, AtomicInteger parts) {
            this.name = name;
            this.stat = stat;
            this.context = context;
            this.fd = fd;
            this.listing = listing;
            this.parts = parts;
        }
    }

    /// What one thread walks.
    private static final class Strand<C> {
        private final Shared<C> shared;
        private final Posix posix = Posix.mine();
        private final Visitor<C> visitor;
        private final List<Frame<C>> frames = new ArrayList<>();
        private final Set<FileStat.Identity> ancestors;

        /// Of the last frame. A path in each would cost the square of the depth: thirty thousand
        /// directories in each other, which any user may make, a gigabyte.
        private NodePath here;

        Strand(Shared<C> shared, NodePath here, Set<FileStat.Identity> ancestors) {
            this.shared = shared;
            this.visitor = shared.visitor();
            this.here = here;
            this.ancestors = new HashSet<>(ancestors);
        }

        void fromRoot(int fd, FileStat stat) {
            C context = null;
            try {
                context = visitRoot(PosixNode.root(posix, shared.boundaries(), fd, here));
            } finally {
                if (context == null) {
                    posix.close(fd);
                }
            }
            if (context != null) {
                walk(frame(ITSELF, stat, context, fd), true);
            }
        }

        /// Walks from a directory, or a part of one, until all below it is told.
        private void walk(Frame<C> first, boolean unlisted) {
            try {
                if (unlisted) {
                    push(here, first);
                } else {
                    frames.add(first);
                    ancestors.add(first.stat.identity());
                }
                while (!frames.isEmpty() && !shared.crew().isAbandoned()) {
                    Frame<C> frame = frames.getLast();
                    byte[] name = frame.fd < 0 ? null : frame.listing.next();
                    if (name == null) {
                        pop();
                    } else {
                        look(frame, name);
                        if (shared.crew().isHungry()) {
                            share();
                        }
                    }
                }
            } finally {
                frames.forEach(this::close);
            }
        }

        /// Gives half of the names of the outermost directory that has more than one left.
        private void share() {
            NodePath path = here;
            int depth = frames.size() - 1;
            int sharing = 0;
            while (sharing < depth && !canBeShared(frames.get(sharing))) {
                sharing++;
            }
            Frame<C> frame = frames.get(sharing);
            int fd = canBeShared(frame) ? posix.duplicate(frame.fd) : -1;
            if (fd < 0) {
                return;
            }
            for (int i = sharing; i < depth; i++) {
                path = path.parent();
            }
            Set<FileStat.Identity> above = new HashSet<>(ancestors);
            frames.subList(sharing, frames.size()).forEach(f -> above.remove(f.stat.identity()));
            frame.parts.incrementAndGet();
            Frame<C> part =
                    new Frame<>(
                            ITSELF,
                            frame.stat,
                            frame.context,
                            fd,
                            frame.listing.giveHalf(),
                            frame.parts);
            NodePath at = path;
            shared.crew().give(() -> new Strand<>(shared, at, above).walk(part, false));
        }

        private boolean canBeShared(Frame<C> frame) {
            return frame.fd >= 0 && frame.listing.canBeShared();
        }

        private Frame<C> frame(byte[] name, FileStat stat, C context, int fd) {
            Listing listing = new Listing(shared.maxNamesBytes());
            return new Frame<>(name, stat, context, fd, listing, new AtomicInteger(1));
        }

        private @Nullable C visitRoot(PosixNode root) {
            try {
                return visitor.visit(null, root);
            } catch (FileFaultException e) {
                visitor.undetermined(null, root, Kind.UNREADABLE, e.reason());
                return null;
            }
        }

        private void look(Frame<C> frame, byte[] name) {
            if (here.value().length() + 1 + name.length > NodePath.MAX_BYTES) {
                visitor.undetermined(
                        frame.context, Kind.UNREADABLE, "holds paths that are too long");
                return;
            }
            Bytes shown = Bytes.copyOf(name);
            NodePath path = here.child(shown);
            for (int looks = 1; ; looks++) {
                PosixNode node =
                        new PosixNode(posix, shared.boundaries(), frame.fd, name, shown, path);
                FoundNode told = Patience.unlessSilent(shared.root(), node);
                try {
                    C context = visitor.visit(frame.context, told);
                    if (context != null) {
                        descend(frame, node, context);
                    }
                    return;
                } catch (FileFaultException e) {
                    if (isSettled(e, frame, node, looks)) {
                        return;
                    }
                }
            }
        }

        /// Whether a further look would tell nothing new.
        private boolean isSettled(FileFaultException e, Frame<C> frame, PosixNode node, int looks) {
            switch (e.fault()) {
                case LEFT_OUT -> visitor.leftOut(frame.context, node, e.reason());
                case UNREADABLE ->
                        visitor.undetermined(frame.context, node, Kind.UNREADABLE, e.reason());
                case GONE, REPLACED -> {
                    if (isGone(frame, node.rawName())) {
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

        private boolean isGone(Frame<C> frame, byte[] name) {
            try {
                posix.about(here).glance(frame.fd, name);
                return false;
            } catch (FileFaultException e) {
                return e.fault() == Fault.GONE;
            }
        }

        private void descend(Frame<C> parent, PosixNode node, C context) throws FileFaultException {
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
                Frame<C> frame = open(parent, node, stat, context);
                entered = true;
                push(node.path(), frame);
            } finally {
                if (!entered) {
                    visitor.closed(context);
                }
            }
        }

        private Frame<C> open(Frame<C> parent, PosixNode node, FileStat stat, C context)
                throws FileFaultException {
            posix.about(node.path());
            int fd = PosixNode.openNoFollow(posix, parent.fd, node.rawName(), DIRECTORY);
            try {
                FileStat opened = posix.stat(fd, ITSELF);
                if (!opened.isSameThing(stat)) {
                    throw new FileFaultException(Fault.REPLACED, "replaced while it was opened");
                }
                Frame<C> frame = frame(node.rawName(), opened, context, fd);
                fd = -1;
                return frame;
            } finally {
                if (fd >= 0) {
                    posix.close(fd);
                }
            }
        }

        private void push(NodePath path, Frame<C> frame) {
            frames.add(frame);
            here = path;
            ancestors.add(frame.stat.identity());
            int distant = frames.size() - 1 - MAX_OPEN_DIRECTORIES;
            if (distant > 0) {
                close(frames.get(distant));
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

        /// All the names, listed again where the directory changed meanwhile: a name that is
        /// renamed during the listing can be missed by it.
        private void list(Frame<C> frame) throws FileFaultException {
            posix.about(here);
            FileStat before = frame.stat;
            for (int looks = 1; looks <= MAX_LOOKS; looks++) {
                frame.listing.clear();
                boolean more;
                do {
                    more = posix.list(frame.fd, frame.listing);
                } while (more && !frame.listing.isFull());
                FileStat after = posix.stat(frame.fd, ITSELF);
                if (after.isUnchangedSince(before) || frame.listing.isFull()) {
                    return;
                }
                before = after;
                posix.rewind(frame.fd);
            }
            visitor.changing(frame.context);
        }

        private void pop() {
            Frame<C> done = frames.removeLast();
            ancestors.remove(done.stat.identity());
            if (!frames.isEmpty()) {
                here = here.parent();
                if (frames.getLast().fd < 0) {
                    reopen(frames.getLast(), done);
                }
            }
            close(done);
            done.listing.release();
            if (done.parts.decrementAndGet() == 0) {
                visitor.closed(done.context);
            }
        }

        /// Finds the directory above again. It must be the very one that was left: a directory that
        /// was moved away in the meantime has another parent.
        private void reopen(Frame<C> frame, Frame<C> child) {
            posix.about(here);
            if (child.fd >= 0) {
                frame.fd = same(child.fd, PARENT, frame);
            }
            if (frame.fd < 0) {
                frame.fd = reopenFromFirst();
            }
            if (frame.fd < 0) {
                visitor.undetermined(frame.context, Kind.UNSTABLE, "moved while it was walked");
            }
        }

        /// Name by name from the strand's first directory, which is always open.
        private int reopenFromFirst() {
            int fd = frames.getFirst().fd;
            for (Frame<C> frame : frames.subList(1, frames.size())) {
                int next = same(fd, frame.name, frame);
                if (fd != frames.getFirst().fd) {
                    posix.close(fd);
                }
                if (next < 0) {
                    return next;
                }
                fd = next;
            }
            return fd;
        }

        private int same(int directory, byte[] name, Frame<C> expected) {
            int fd = posix.open(directory, name, DIRECTORY | Posix.O_NOFOLLOW | Posix.O_CLOEXEC);
            try {
                if (fd >= 0 && !posix.stat(fd, ITSELF).isSameThing(expected.stat)) {
                    posix.close(fd);
                    return -1;
                }
            } catch (FileFaultException e) {
                posix.close(fd);
                return -1;
            }
            return fd;
        }

        private void close(Frame<C> frame) {
            if (frame.fd >= 0) {
                posix.close(frame.fd);
                frame.fd = -1;
            }
        }
    }
}

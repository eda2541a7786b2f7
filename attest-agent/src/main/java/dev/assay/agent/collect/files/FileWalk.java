package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Walks a directory downwards in one thread. Each name is looked up in the descriptor of the
/// directory that holds it and never again from the root, so a directory that is swapped for a link
/// in mid-walk leads nowhere else. The tree may be as deep and wide as it likes: the stack is a
/// list, and few descriptors are open at a time.
///
/// @param <C> what the visitor carries from a directory to its children
public final class FileWalk<C> {
    /// Directories that stay open on the way down; those above are found again by `..`.
    private static final int MAX_OPEN_DIRECTORIES = 32;

    private static final int MAX_LOOKS = 3;
    private static final byte[] ITSELF = new byte[0];
    private static final byte[] PARENT = {'.', '.'};

    private final Posix posix;
    private final Boundaries boundaries;
    private final Visitor<C> visitor;
    private final List<Frame<C>> frames = new ArrayList<>();
    private final Set<FileStat.Identity> ancestors = new HashSet<>();

    /// Of the last frame. A path in each would cost the square of the depth: thirty thousand
    /// directories in each other, which any user may make, a gigabyte.
    private NodePath here;

    /// Told what is found. A fault that `visit` lets out is looked at once more, and then told as
    /// `undetermined` or not at all where the thing is gone; so `visit` tells nobody of a node
    /// before it has all of it.
    public interface Visitor<C> {
        /// @param parent of the directory that holds the node; null for the root of the walk
        /// @return what to carry below, or null to leave alone what is below
        @Nullable C visit(@Nullable C parent, FoundNode node) throws FileFaultException;

        /// @param kind {@link Kind#UNREADABLE} or {@link Kind#UNSTABLE}
        void undetermined(NodePath path, Kind kind, String reason);

        /// The node lies on a filesystem that is not measured.
        void leftOut(NodePath path, String reason);

        /// The directory kept changing while it was listed: a name may have been missed.
        void changing(C context, NodePath path);
    }

    private static final class Frame<C> {
        final byte[] name;
        final FileStat stat;
        final C context;
        final Listing listing = new Listing();
        int fd;

        Frame(byte[] name, FileStat stat, C context, int fd) {
            this.name = name;
            this.stat = stat;
            this.context = context;
            this.fd = fd;
        }
    }

    private FileWalk(Posix posix, Boundaries boundaries, Visitor<C> visitor, NodePath as) {
        this.posix = posix;
        this.boundaries = boundaries;
        this.visitor = visitor;
        this.here = as;
    }

    /// @param root a directory, reached as the caller's path says, links and all
    /// @param as the node that the root is told as
    /// @throws IOException where the root itself cannot be opened
    public static <C> void walk(Path root, NodePath as, Visitor<C> visitor) throws IOException {
        if (!Files.isDirectory(Path.of("/proc/self/fd"))) {
            throw new IOException("/proc is not mounted: extended attributes cannot be read");
        }
        byte[] name = rawPath(root);
        if (name.length >= Posix.PATH_BYTES) {
            throw new IOException(root + ": ENAMETOOLONG");
        }
        Posix posix = new Posix();
        int fd =
                posix.openPath(
                        name,
                        Posix.O_RDONLY | Posix.O_DIRECTORY | Posix.O_NONBLOCK | Posix.O_CLOEXEC);
        if (fd < 0) {
            throw new IOException(root + ": " + Errno.name(-fd));
        }
        FileStat stat;
        try {
            stat = posix.stat(fd, ITSELF);
        } catch (FileFaultException e) {
            posix.close(fd);
            throw new IOException(root + ": " + e.reason(), e);
        }
        new FileWalk<>(posix, new Boundaries(posix, stat), visitor, as).run(fd, stat);
    }

    /// The path's own bytes, whatever encoding the runtime shows paths in.
    static byte[] rawPath(Path root) {
        String uri = root.toAbsolutePath().toUri().getRawPath();
        StringBuilder bytes = new StringBuilder(uri.length());
        for (int i = 0; i < uri.length(); i++) {
            if (uri.charAt(i) == '%') {
                bytes.append((char) Integer.parseInt(uri.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.append(uri.charAt(i));
            }
        }
        return Listing.ascii(bytes.toString());
    }

    private void run(int fd, FileStat stat) {
        try {
            C context = visitRoot(FoundNode.root(posix, boundaries, fd, here));
            if (context == null) {
                posix.close(fd);
                return;
            }
            push(here, new Frame<>(ITSELF, stat, context, fd));
            while (!frames.isEmpty()) {
                Frame<C> frame = frames.getLast();
                byte[] name = frame.fd < 0 ? null : frame.listing.next();
                if (name == null) {
                    pop();
                } else {
                    look(frame, name);
                }
            }
        } finally {
            frames.forEach(this::close);
        }
    }

    private @Nullable C visitRoot(FoundNode root) {
        try {
            return visitor.visit(null, root);
        } catch (FileFaultException e) {
            visitor.undetermined(root.path(), Kind.UNREADABLE, e.reason());
            return null;
        }
    }

    private void look(Frame<C> frame, byte[] name) {
        if (here.value().length() + 1 + name.length > NodePath.MAX_BYTES) {
            visitor.undetermined(here, Kind.UNREADABLE, "holds paths that are too long");
            return;
        }
        NodePath path = here.child(Bytes.copyOf(name));
        for (int looks = 1; ; looks++) {
            FoundNode node = new FoundNode(posix, boundaries, frame.fd, name, path);
            try {
                C context = visitor.visit(frame.context, node);
                if (context != null && node.stat().kind() == Kind.DIRECTORY) {
                    descend(frame, node, context);
                }
                return;
            } catch (FileFaultException e) {
                if (isSettled(e, frame, path, name, looks)) {
                    return;
                }
            }
        }
    }

    /// Whether a further look would tell nothing new.
    private boolean isSettled(
            FileFaultException e, Frame<C> frame, NodePath path, byte[] name, int looks) {
        switch (e.fault()) {
            case LEFT_OUT -> visitor.leftOut(path, e.reason());
            case UNREADABLE -> visitor.undetermined(path, Kind.UNREADABLE, e.reason());
            case GONE, REPLACED -> {
                if (isGone(frame, name)) {
                    return true;
                }
                if (looks < MAX_LOOKS) {
                    return false;
                }
                visitor.undetermined(path, Kind.UNSTABLE, "replaced while it was looked at");
            }
        }
        return true;
    }

    private boolean isGone(Frame<C> frame, byte[] name) {
        try {
            posix.glance(frame.fd, name);
            return false;
        } catch (FileFaultException e) {
            return e.fault() == Fault.GONE;
        }
    }

    private void descend(Frame<C> parent, FoundNode node, C context) throws FileFaultException {
        FileStat stat = node.stat();
        if (ancestors.contains(stat.identity())) {
            visitor.undetermined(node.path(), Kind.UNREADABLE, "loop");
            return;
        }
        int flags = Posix.O_RDONLY | Posix.O_DIRECTORY | Posix.O_NONBLOCK;
        int fd = FoundNode.openNoFollow(posix, parent.fd, node.rawName(), flags);
        try {
            FileStat opened = posix.stat(fd, ITSELF);
            if (!opened.isSameThing(stat)) {
                throw new FileFaultException(Fault.REPLACED, "replaced while it was opened");
            }
            Frame<C> frame = new Frame<>(node.rawName(), opened, context, fd);
            fd = -1;
            push(node.path(), frame);
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
        try {
            list(frame);
        } catch (FileFaultException e) {
            visitor.undetermined(here, Kind.UNREADABLE, e.reason());
        }
    }

    /// All the names, listed again where the directory changed meanwhile: a name that is renamed
    /// during the listing can be missed by it.
    private void list(Frame<C> frame) throws FileFaultException {
        FileStat before = frame.stat;
        for (int looks = 1; looks <= MAX_LOOKS; looks++) {
            frame.listing.clear();
            boolean more;
            do {
                more = posix.list(frame.fd, frame.listing);
            } while (more);
            FileStat after = posix.stat(frame.fd, ITSELF);
            if (after.isUnchangedSince(before)) {
                return;
            }
            before = after;
            posix.rewind(frame.fd);
        }
        visitor.changing(frame.context, here);
    }

    private void pop() {
        Frame<C> done = frames.removeLast();
        here = here.parent();
        ancestors.remove(done.stat.identity());
        if (!frames.isEmpty() && frames.getLast().fd < 0) {
            reopen(frames.getLast(), done);
        }
        close(done);
    }

    /// Finds the directory above again. It must be the very one that was left: a directory that was
    /// moved away in the meantime has another parent.
    private void reopen(Frame<C> frame, Frame<C> child) {
        int flags = Posix.O_RDONLY | Posix.O_DIRECTORY | Posix.O_NONBLOCK;
        if (child.fd >= 0) {
            frame.fd = same(child.fd, PARENT, flags, frame);
        }
        if (frame.fd < 0) {
            frame.fd = reopenFromRoot(flags);
        }
        if (frame.fd < 0) {
            visitor.undetermined(here, Kind.UNSTABLE, "moved while it was walked");
        }
    }

    /// Name by name from the root, which is always open.
    private int reopenFromRoot(int flags) {
        int fd = frames.getFirst().fd;
        for (Frame<C> frame : frames.subList(1, frames.size())) {
            int next = same(fd, frame.name, flags, frame);
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

    private int same(int directory, byte[] name, int flags, Frame<C> expected) {
        int fd = posix.open(directory, name, flags | Posix.O_NOFOLLOW | Posix.O_CLOEXEC);
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

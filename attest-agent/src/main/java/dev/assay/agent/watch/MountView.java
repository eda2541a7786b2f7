package dev.assay.agent.watch;

import static java.util.Objects.requireNonNull;

import dev.assay.agent.collect.files.Filesystems;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The measured root, and the mounts of the host's own storage that a walk of it comes through, by
/// the mount table of the namespace that the root lies in.
///
/// Paths are those of that table; {@link #reach} makes one that this process can open.
final class MountView {
    /// The node that the measured root is.
    private static final NodePath FILES = NodePath.of("fs");

    private static final Bytes SLASH = Bytes.utf8("/");

    private final Bytes reachedBy;
    private final Bytes shownBefore;
    private final Bytes root;
    private final List<Mount> watched;
    private final List<Mount> visible = new ArrayList<>();
    private final Set<Bytes> points = new HashSet<>();

    private MountView(Bytes reachedBy, Bytes shownBefore, Bytes root, List<Mount> watched) {
        this.reachedBy = reachedBy;
        this.shownBefore = shownBefore;
        this.root = root;
        this.watched = watched;
    }

    /// `/proc/1/root` and the like lead into the namespace of another process, with a table of its
    /// own.
    private static Bytes namespaceOf(Path root) {
        boolean ofProcess =
                root.getNameCount() >= 3
                        && root.startsWith("/proc")
                        && root.getName(2).toString().equals("root");
        return ofProcess ? Bytes.utf8("/" + root.subpath(0, 3)) : Bytes.EMPTY;
    }

    /// The mount table that {@link #read} goes by.
    static Bytes table(Path root) {
        Bytes namespace = namespaceOf(root.toAbsolutePath());
        return namespace.isEmpty()
                ? Bytes.utf8("/proc/self/mountinfo")
                : namespace
                        .slice(0, namespace.length() - "root".length())
                        .plus(Bytes.utf8("mountinfo"));
    }

    /// @param tableFd of {@link #table}
    /// @throws IllegalStateException where the root or the table cannot be read
    static MountView read(Syscalls calls, Path root, int tableFd, Interest interest) {
        Bytes text = tableFd < 0 ? null : calls.readWhole(tableFd);
        if (text == null) {
            throw new IllegalStateException("mount table cannot be read");
        }
        Path absolute = root.toAbsolutePath();
        Bytes namespace = namespaceOf(absolute);
        Bytes shownBefore = namespace.isEmpty() ? Bytes.EMPTY : pathOf(calls, namespace);
        int fd = calls.open(Syscalls.AT_FDCWD, rawPath(absolute), Syscalls.O_PATH);
        if (fd < 0) {
            throw new IllegalStateException("root cannot be opened: errno " + -fd);
        }
        try {
            Bytes shown = calls.pathOf(fd);
            if (shown == null || shownBefore == null) {
                throw new IllegalStateException("root has no path that the kernel tells");
            }
            Bytes before = shownBefore.equals(SLASH) ? Bytes.EMPTY : shownBefore;
            Bytes below = Mount.below(before, shown);
            if (below == null) {
                throw new IllegalStateException("root lies outside of its mount table");
            }
            Bytes path = below.isEmpty() ? SLASH : below;
            MountView view = new MountView(namespace, before, path, new ArrayList<>());
            view.see(Mount.table(text), calls.mountOf(fd), interest);
            if (view.watched.isEmpty()) {
                throw new IllegalStateException("root lies on no mount of its mount table");
            }
            return view;
        } finally {
            calls.close(fd);
        }
    }

    private static @Nullable Bytes pathOf(Syscalls calls, Bytes path) {
        int fd = calls.open(Syscalls.AT_FDCWD, path, Syscalls.O_PATH);
        if (fd < 0) {
            return null;
        }
        try {
            return calls.pathOf(fd);
        } finally {
            calls.close(fd);
        }
    }

    /// The path's own bytes, whatever encoding the runtime shows paths in.
    private static Bytes rawPath(Path path) {
        String uri = path.toUri().getRawPath();
        byte[] bytes = new byte[uri.length()];
        int length = 0;
        for (int i = 0; i < uri.length(); i++) {
            boolean escape = uri.charAt(i) == '%';
            bytes[length++] =
                    (byte)
                            (escape
                                    ? Integer.parseInt(uri.substring(i + 1, i + 3), 16)
                                    : uri.charAt(i));
            i += escape ? 2 : 0;
        }
        return Bytes.copyOf(bytes, 0, length);
    }

    private void see(List<Mount> table, long idOfRoot, Interest interest) {
        table.forEach(mount -> points.add(mount.point()));
        Set<Place> places = new HashSet<>();
        table.forEach(mount -> places.add(new Place(mount.parent(), mount.point())));
        Map<Long, Mount> seen = new LinkedHashMap<>();
        Mount first = null;
        for (Mount mount : table) {
            boolean holds = mount.holds(root);
            boolean deeper = first == null || mount.point().length() >= first.point().length();
            if (idOfRoot < 0 ? holds && deeper : mount.id() == idOfRoot) {
                first = mount;
            }
        }
        if (first == null) {
            return;
        }
        seen.put(first.id(), first);
        // A table need not list a mount after the one that it lies on.
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Mount mount : table) {
                if (!seen.containsKey(mount.id())
                        && seen.containsKey(mount.parent())
                        && isReached(mount, requireNonNull(seen.get(mount.parent())), first)
                        && isOfInterest(mount, interest)
                        && !isHidden(mount, places)) {
                    seen.put(mount.id(), mount);
                    grown = true;
                }
            }
        }
        for (Mount mount : seen.values()) {
            boolean isRoot = mount.equals(first);
            if (isRoot || !places.contains(new Place(mount.id(), mount.point()))) {
                visible.add(mount);
                if (isRoot || Filesystems.isOwnStorage(mount.type())) {
                    watched.add(mount);
                }
            }
        }
    }

    /// Where something is mounted.
    private record Place(long parent, Bytes point) {}

    /// Not through what a server serves, which may never answer, but over it.
    private static boolean isReached(Mount mount, Mount parent, Mount first) {
        return parent.equals(first)
                || Filesystems.isOwnStorage(parent.type())
                || parent.point().equals(mount.point());
    }

    /// Whether what is mounted above its point, in the same mount, hides it with all below it.
    private static boolean isHidden(Mount mount, Set<Place> places) {
        Bytes point = mount.point();
        for (int i = 1; i < point.length(); i++) {
            if (point.at(i) == '/'
                    && places.contains(new Place(mount.parent(), point.slice(0, i)))) {
                return true;
            }
        }
        return false;
    }

    private boolean isOfInterest(Mount mount, Interest interest) {
        NodePath node = node(mount.point());
        return node != null && (interest.descend(node) || interest.measured(node));
    }

    boolean isOfSameRoot(MountView other) {
        return reachedBy.equals(other.reachedBy) && root.equals(other.root);
    }

    /// That of the root itself is the first.
    List<Mount> watched() {
        return watched;
    }

    /// Those and the ones that show nothing that is measured, and hide what is.
    List<Mount> visible() {
        return visible;
    }

    boolean isMountPoint(Bytes path) {
        return points.contains(path);
    }

    /// Where a walk of the mount begins.
    Bytes start(Mount mount) {
        return mount.holds(root) ? root : mount.point();
    }

    /// What a path of the table is measured as; null where it does not lie below the root.
    @Nullable NodePath node(Bytes path) {
        Bytes below = Mount.below(root, path);
        if (below == null) {
            return null;
        }
        try {
            return below.isEmpty()
                    ? FILES
                    : FILES.resolve(new NodePath(below.slice(1, below.length())));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// A path of the table as one that this process can open.
    Bytes reach(Bytes path) {
        return reachedBy.isEmpty() ? path : reachedBy.plus(path);
    }

    /// What {@link Syscalls#pathOf} told, as a path of the table; null where it is none.
    @Nullable Bytes ofTable(Bytes shown) {
        Bytes below = Mount.below(shownBefore, shown);
        return below == null ? null : below.isEmpty() ? SLASH : below;
    }
}

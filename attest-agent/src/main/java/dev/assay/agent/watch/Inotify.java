package dev.assay.agent.watch;

import dev.assay.agent.libc.SystemCall;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// inotify(7) with a watch on each directory, for those who may not have fanotify.
///
/// A directory that appears gets its watches first, then its names are listed, then it is told:
/// what was written before the watch stood is below a directory that is told, and what is written
/// after is an event.
final class Inotify implements Source {
    /// Of heap and of the kernel's memory: some 300 bytes and a kilobyte for each.
    static final int MAX_WATCHES = 100_000;

    private static final int IN_CLOEXEC = 0x80000;
    private static final int IN_NONBLOCK = 0x800;
    private static final int IN_MODIFY = 0x2;
    private static final int IN_ATTRIB = 0x4;
    private static final int IN_CLOSE_WRITE = 0x8;
    private static final int IN_MOVED_FROM = 0x40;
    private static final int IN_MOVED_TO = 0x80;
    private static final int IN_CREATE = 0x100;
    private static final int IN_DELETE = 0x200;
    private static final int IN_MOVE_SELF = 0x800;
    private static final int IN_Q_OVERFLOW = 0x4000;
    private static final int IN_IGNORED = 0x8000;
    private static final int IN_ONLYDIR = 0x1000000;
    private static final int IN_DONT_FOLLOW = 0x2000000;
    private static final int IN_EXCL_UNLINK = 0x4000000;
    private static final int IN_ISDIR = 0x40000000;

    private static final int WANTED =
            IN_MODIFY
                    | IN_ATTRIB
                    | IN_CLOSE_WRITE
                    | IN_MOVED_FROM
                    | IN_MOVED_TO
                    | IN_CREATE
                    | IN_DELETE
                    | IN_MOVE_SELF
                    | IN_ONLYDIR
                    | IN_DONT_FOLLOW
                    | IN_EXCL_UNLINK;

    private static final int HEADER_BYTES = 16;
    private static final int MAX_READS = 64;
    private static final Bytes SLASH = Bytes.utf8("/");

    private final Syscalls calls;
    private final int fd;
    private final Interest interest;
    private final int maxWatches;
    private final Subdirectories subdirectories;
    private final WatchList list = new WatchList();
    private Set<Mount> covered = Set.of();
    private @Nullable MountView view;
    private @Nullable String gap;
    private boolean gapTold;

    private Inotify(Syscalls calls, int fd, Interest interest, int maxWatches) {
        this.calls = calls;
        this.fd = fd;
        this.interest = interest;
        this.maxWatches = maxWatches;
        this.subdirectories = new Subdirectories(calls);
    }

    /// Null where the kernel refuses, and {@link Syscalls#errno} says why.
    static @Nullable Inotify open(Syscalls calls, Interest interest, int maxWatches) {
        int fd = (int) calls.call(SystemCall.INOTIFY_INIT1, IN_CLOEXEC | IN_NONBLOCK, 0, 0, 0, 0);
        return fd < 0 ? null : new Inotify(calls, fd, interest, maxWatches);
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public List<Refusal> cover(MountView now, List<Mount> mounts) {
        MountView before = view;
        view = now;
        Set<Mount> wanted = new HashSet<>(mounts);
        if (before == null || !before.isOfSameRoot(now) || gap != null) {
            beginAgain(now, wanted);
        } else {
            // What a mount hid is seen again when it is gone, and was not watched.
            for (Mount mount : covered) {
                if (!wanted.contains(mount)) {
                    forget(mount.point());
                    if (mounts.stream().anyMatch(holder -> holder.holds(mount.point()))) {
                        walk(now, mount.point());
                    }
                }
            }
            for (Mount mount : mounts) {
                if (!covered.contains(mount)) {
                    walk(now, now.start(mount));
                }
            }
        }
        covered = wanted;
        String reason = gap;
        List<Refusal> refusals = new ArrayList<>();
        gapTold = reason != null;
        if (reason != null) {
            mounts.forEach(mount -> refusals.add(new Refusal(mount, reason)));
        }
        return refusals;
    }

    /// Whether, since it was told what is covered, a directory came up that cannot be watched.
    boolean hasNewGap() {
        return gap != null && !gapTold;
    }

    private void beginAgain(MountView now, Set<Mount> mounts) {
        list.clear();
        gap = null;
        mounts.forEach(mount -> walk(now, now.start(mount)));
    }

    /// Watches a directory and those below it, as far as the same mount goes.
    private void walk(MountView now, Bytes start) {
        Deque<Bytes> left = new ArrayDeque<>();
        left.push(start);
        while (!left.isEmpty()) {
            Bytes directory = left.pop();
            NodePath node = now.node(directory);
            if (node == null || !interest.descend(node) || !watch(now, directory)) {
                continue;
            }
            for (Bytes name : subdirectories.of(now.reach(directory))) {
                Bytes child = Mount.join(directory, SLASH.plus(name));
                if (!now.isMountPoint(child)) {
                    left.push(child);
                }
            }
        }
    }

    private boolean watch(MountView now, Bytes directory) {
        if (list.size() >= maxWatches) {
            gap = "more than " + maxWatches + " directories";
            return false;
        }
        Bytes path = now.reach(directory);
        int answer = path.length() < Syscalls.PATH_MAX ? add(path) : -Syscalls.ENAMETOOLONG;
        switch (answer) {
            case -Syscalls.ENOENT, -Syscalls.ENOTDIR, -Syscalls.ELOOP, -Syscalls.ENAMETOOLONG -> {
                // Gone again, and that is an event of its directory; or too deep, as any user can
                // make one, who must not make the agent look at everything all day.
            }
            case -Syscalls.ENOSPC -> gap = "fs.inotify.max_user_watches is too small";
            default -> {
                if (answer < 0) {
                    gap = "inotify_add_watch: errno " + -answer;
                } else {
                    list.add(directory, answer);
                }
            }
        }
        return answer >= 0;
    }

    private int add(Bytes path) {
        long name = calls.path(path).address();
        return (int) calls.call(SystemCall.INOTIFY_ADD_WATCH, fd, name, WANTED, 0, 0);
    }

    private void forget(Bytes directory) {
        list.removeBelow(directory).forEach(this::unwatch);
    }

    private void unwatch(int watch) {
        calls.call(SystemCall.INOTIFY_RM_WATCH, fd, watch, 0, 0, 0);
    }

    @Override
    public boolean drain(Pending pending) {
        boolean moved = false;
        for (int i = 0; i < MAX_READS; i++) {
            byte[] raw = calls.read(fd);
            if (raw == null) {
                if (calls.errno() != Syscalls.EAGAIN) {
                    throw new IllegalStateException("inotify: errno " + calls.errno());
                }
                return moved;
            }
            moved |= takeAll(raw, pending);
        }
        return moved;
    }

    /// `struct inotify_event`: watch 4 bytes, mask 4, cookie 4, length of the name 4, name, NULs.
    private boolean takeAll(byte[] raw, Pending pending) {
        ByteBuffer buffer = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
        boolean moved = false;
        for (int at = 0; at + HEADER_BYTES <= raw.length; ) {
            int mask = buffer.getInt(at + 4);
            int from = at + HEADER_BYTES;
            int end = from + buffer.getInt(at + 12);
            int nameEnd = from;
            while (nameEnd < end && raw[nameEnd] != 0) {
                nameEnd++;
            }
            take(buffer.getInt(at), mask, Bytes.copyOf(raw, from, nameEnd), pending);
            moved |= (mask & (IN_MOVE_SELF | IN_Q_OVERFLOW)) != 0;
            at = end;
        }
        return moved;
    }

    private void take(int watch, int mask, Bytes name, Pending pending) {
        MountView now = view;
        if (now == null) {
            return;
        }
        if ((mask & IN_Q_OVERFLOW) != 0) {
            // A directory may have appeared without a watch.
            beginAgain(now, covered);
            pending.lose();
        } else if ((mask & IN_IGNORED) != 0) {
            list.remove(watch);
        } else {
            List<Bytes> paths = list.paths(watch);
            for (Bytes directory : paths) {
                boolean itself = name.isEmpty();
                Bytes path = itself ? directory : Mount.join(directory, SLASH.plus(name));
                take(now, path, mask, itself, pending);
            }
            if (paths.isEmpty()) {
                unwatch(watch);
            }
        }
    }

    private void take(MountView now, Bytes path, int mask, boolean itself, Pending pending) {
        NodePath node = now.node(path);
        if (node == null) {
            return;
        }
        boolean directory = itself || (mask & IN_ISDIR) != 0;
        if (directory && !itself) {
            if ((mask & IN_MOVED_FROM) != 0) {
                forget(path);
            } else if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
                walk(now, path);
            }
        }
        boolean telling = (mask & ~(IN_MOVE_SELF | IN_ISDIR)) != 0;
        if (telling && (interest.measured(node) || directory && interest.descend(node))) {
            pending.add(node, null);
        }
    }

    @Override
    public void close() {
        calls.close(fd);
    }
}

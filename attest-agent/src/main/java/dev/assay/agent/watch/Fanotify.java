package dev.assay.agent.watch;

import dev.assay.agent.libc.SystemCall;
import dev.assay.agent.watch.EventReader.Event;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// fanotify(7) with one mark for each filesystem: no race with directories that appear, whatever
/// namespace they are written from.
///
/// An event names a directory by its handle, and what it names now is asked when the event is read.
/// What is remembered of a directory's path is forgotten as soon as an event says that any
/// directory moved: that event is queued after the move, so what was told by an old path before it
/// is told again by it, with all below.
final class Fanotify implements Source {
    private static final int FAN_CLOEXEC = 1;
    private static final int FAN_NONBLOCK = 2;
    private static final int FAN_REPORT_DFID_NAME = 0xc00;
    private static final int FAN_MARK_ADD = 1;
    private static final int FAN_MARK_FILESYSTEM = 0x100;

    private static final long FAN_MODIFY = 0x2;
    private static final long FAN_ATTRIB = 0x4;
    private static final long FAN_CLOSE_WRITE = 0x8;
    private static final long FAN_MOVED_FROM = 0x40;
    private static final long FAN_MOVED_TO = 0x80;
    private static final long FAN_CREATE = 0x100;
    private static final long FAN_DELETE = 0x200;
    private static final long FAN_Q_OVERFLOW = 0x4000;
    private static final long FAN_ONDIR = 0x40000000;

    /// Without the events of a thing itself (FAN_DELETE_SELF, FAN_MOVE_SELF): on a whole filesystem
    /// its directory tells the same.
    private static final long WANTED =
            FAN_MODIFY
                    | FAN_ATTRIB
                    | FAN_CLOSE_WRITE
                    | FAN_MOVED_FROM
                    | FAN_MOVED_TO
                    | FAN_CREATE
                    | FAN_DELETE
                    | FAN_ONDIR;

    private static final long MOVED = FAN_MOVED_FROM | FAN_MOVED_TO;
    private static final long NAMED = FAN_CREATE | FAN_MOVED_TO;
    private static final long WRITTEN = FAN_MODIFY | FAN_ATTRIB | FAN_CLOSE_WRITE;

    /// Reads in a row, before it is looked whether the watcher is to end.
    private static final int MAX_READS = 64;

    private final Syscalls calls;
    private final FileHandles handles;
    private final int fd;
    private final Interest interest;
    private final Culprits culprits;
    private final Recent<Boolean> irrelevant = new Recent<>(8_192);
    private Map<Long, List<Directories>> filesystems = new HashMap<>();
    private boolean moved;

    private Fanotify(Syscalls calls, int fd, Interest interest) {
        this.calls = calls;
        this.handles = new FileHandles(calls);
        this.fd = fd;
        this.interest = interest;
        this.culprits = new Culprits(calls);
    }

    /// Null where the kernel refuses, and {@link Syscalls#errno} says why.
    static @Nullable Fanotify open(Syscalls calls, Interest interest) {
        int flags = FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_DFID_NAME;
        int fd = (int) calls.call(SystemCall.FANOTIFY_INIT, flags, 0, 0, 0, 0);
        return fd < 0 ? null : new Fanotify(calls, fd, interest);
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public List<Refusal> cover(MountView view, List<Mount> mounts) {
        Map<String, List<Mount>> byDevice = new HashMap<>();
        mounts.forEach(
                mount ->
                        byDevice.computeIfAbsent(mount.device(), absent -> new ArrayList<>())
                                .add(mount));
        List<Refusal> refusals = new ArrayList<>();
        Map<Long, List<Directories>> covered = new HashMap<>();
        byDevice.forEach(
                (device, ofDevice) -> {
                    Directories directories = new Directories(calls, handles, view, ofDevice);
                    long id = directories.open() ? mark(directories) : 0;
                    String reason = directories.closeAndTellWhyNot();
                    if (reason == null) {
                        covered.computeIfAbsent(id, absent -> new ArrayList<>()).add(directories);
                    } else {
                        ofDevice.forEach(mount -> refusals.add(new Refusal(mount, reason)));
                    }
                });
        filesystems = covered;
        forget();
        return refusals;
    }

    private long mark(Directories directories) {
        int at = directories.descriptor();
        long path = calls.path(Bytes.utf8("/proc/self/fd/" + at)).address();
        int flags = FAN_MARK_ADD | FAN_MARK_FILESYSTEM;
        long answer =
                calls.call(SystemCall.FANOTIFY_MARK, fd, flags, WANTED, Syscalls.AT_FDCWD, path);
        if (answer < 0) {
            directories.refuse("fanotify_mark: errno " + calls.errno());
            return 0;
        }
        directories.requireHandles();
        return calls.filesystemId(at);
    }

    private void forget() {
        irrelevant.clear();
        filesystems.values().forEach(all -> all.forEach(Directories::forget));
    }

    @Override
    public boolean drain(Pending pending) {
        moved = false;
        try {
            for (int i = 0; i < MAX_READS; i++) {
                byte[] raw = calls.read(fd);
                if (raw == null) {
                    if (calls.errno() != Syscalls.EAGAIN) {
                        throw new IllegalStateException("fanotify: errno " + calls.errno());
                    }
                    return moved;
                }
                EventReader events = new EventReader(raw);
                for (Event event = events.next(); event != null; event = events.next()) {
                    take(event, pending);
                }
            }
        } finally {
            culprits.clear();
            filesystems.values().forEach(all -> all.forEach(Directories::close));
        }
        return moved;
    }

    private void take(Event event, Pending pending) {
        Bytes handle = event.handle();
        if ((event.mask() & FAN_Q_OVERFLOW) != 0) {
            // Among what was lost can be the move of a directory whose path is remembered.
            moved = true;
            forget();
            pending.lose();
            return;
        }
        boolean directory = (event.mask() & FAN_ONDIR) != 0;
        if (directory && (event.mask() & MOVED) != 0) {
            moved = true;
            forget();
        } else if (!directory && isIrrelevant(event)) {
            return;
        }
        List<Directories> known = filesystems.get(event.filesystem());
        if (known == null || handle == null) {
            return;
        }
        boolean told = false;
        for (Directories directories : known) {
            for (Bytes path : directories.pathsOf(handle, event.name())) {
                told |= tell(directories.view(), path, directory, event.pid(), pending);
            }
            switch (directories.unknown()) {
                case NOTHING -> {}
                case LONG_PATH -> pending.loseRarely();
                case DIRECTORY -> {
                    pending.lose();
                    told = true;
                }
            }
        }
        if (!directory) {
            remember(event, handle, known, told, pending);
        }
    }

    /// Behind a name that was given anew can be what has other names.
    private boolean isIrrelevant(Event event) {
        return (event.mask() & NAMED) == 0 && irrelevant.get(event.key()) != null;
    }

    private boolean tell(MountView view, Bytes path, boolean directory, int pid, Pending pending) {
        NodePath node = view.node(path);
        boolean matters =
                node != null && (interest.measured(node) || directory && interest.descend(node));
        if (node != null && matters) {
            pending.add(node, pending.isNews(node) ? culprits.of(pid) : null);
        }
        return matters;
    }

    /// What does not matter is known again at a glance, unless it has other names: one of them may
    /// matter, and the kernel tells only the name that it was written by.
    private void remember(
            Event event, Bytes handle, List<Directories> known, boolean told, Pending pending) {
        boolean asked = (event.mask() & (told ? FAN_CREATE : NAMED | WRITTEN)) != 0;
        boolean linked = asked && known.getFirst().hasOtherNames(handle, event.name());
        if (linked && (event.mask() & NAMED) != 0) {
            irrelevant.clear();
        }
        if (linked && !told && (event.mask() & WRITTEN) != 0) {
            pending.loseRarely();
        }
        if (!linked && !told) {
            irrelevant.put(event.key(), true);
        }
    }

    @Override
    public void close() {
        calls.close(fd);
    }
}

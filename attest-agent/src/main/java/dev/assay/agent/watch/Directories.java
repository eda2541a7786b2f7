package dev.assay.agent.watch;

import dev.assay.bytes.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds, within one filesystem, where a directory is that an event names by its handle, and by
/// which paths below the measured root it is seen: a bind mount shows it under a second one.
///
/// A descriptor of the mount is open only while a queue is taken: one that stayed open would keep
/// an administrator from unmounting.
final class Directories {
    private static final Bytes SLASH = Bytes.utf8("/");
    private static final int MAX_REMEMBERED = 1_024;

    private final Syscalls calls;
    private final FileHandles handles;
    private final MountView view;
    private final List<Mount> mounts;
    private final Recent<List<Bytes>> remembered = new Recent<>(MAX_REMEMBERED);
    private @Nullable Mount through;
    private int descriptor = -1;
    private @Nullable String refusal;
    private Unknown unknown = Unknown.NOTHING;

    /// What could not be had of the last directory that was asked for.
    enum Unknown {
        NOTHING,
        /// Its path is longer than the kernel tells. Any user can make such a directory.
        LONG_PATH,
        /// The directory itself, and it is not gone.
        DIRECTORY
    }

    /// @param mounts of one filesystem, at least one
    Directories(Syscalls calls, FileHandles handles, MountView view, List<Mount> mounts) {
        this.calls = calls;
        this.handles = handles;
        this.view = view;
        this.mounts = mounts;
    }

    MountView view() {
        return view;
    }

    int descriptor() {
        return descriptor;
    }

    /// Through the mount that shows most; false where none can be reached.
    boolean open() {
        if (descriptor >= 0) {
            return true;
        }
        List<Mount> byExtent = new ArrayList<>(mounts);
        byExtent.sort((one, other) -> one.root().length() - other.root().length());
        for (Mount mount : byExtent) {
            int fd = handles.openMount(view.reach(mount.point()));
            if (fd >= 0) {
                if (calls.mountOf(fd) == mount.id()) {
                    descriptor = fd;
                    through = mount;
                    return true;
                }
                // Another mount lies over it.
                calls.close(fd);
            }
        }
        refuse("mount cannot be reached");
        return false;
    }

    void close() {
        if (descriptor >= 0) {
            calls.close(descriptor);
            descriptor = -1;
        }
    }

    void refuse(String reason) {
        refusal = reason;
    }

    @Nullable String closeAndTellWhyNot() {
        close();
        return refusal;
    }

    /// Some filesystems take a mark and cannot find a directory again by its handle, and without
    /// CAP_DAC_READ_SEARCH the kernel refuses it.
    void requireHandles() {
        Bytes handle = handles.of(descriptor);
        int fd = handle == null ? -1 : handles.open(descriptor, handle);
        if (fd < 0) {
            refuse(handle == null ? "no file handles" : "open_by_handle_at: errno " + -fd);
        } else {
            calls.close(fd);
        }
    }

    void forget() {
        remembered.clear();
    }

    Unknown unknown() {
        return unknown;
    }

    /// The paths, of the mount table, by which a name in a directory is seen.
    ///
    /// @return none where it is gone (its own removal is an event) or not seen
    List<Bytes> pathsOf(Bytes handle, Bytes name) {
        List<Bytes> within = remembered.get(handle);
        unknown = Unknown.NOTHING;
        if (within == null) {
            within = ask(handle);
            if (unknown != Unknown.NOTHING) {
                return List.of();
            }
            remembered.put(handle, within);
        }
        Set<Bytes> seen = new LinkedHashSet<>();
        for (Bytes directory : within) {
            Bytes path =
                    name.equals(EventReader.ITSELF)
                            ? directory
                            : Mount.join(directory, SLASH.plus(name));
            for (Mount mount : mounts) {
                Bytes at = mount.seenAt(path);
                if (at != null) {
                    seen.add(at);
                }
            }
        }
        return List.copyOf(seen);
    }

    /// Where it is within the filesystem. Of what lies beside the part that is mounted, the kernel
    /// tells the path within the filesystem; what the one and what the other would mean is both
    /// told, because a path too many costs a look, and one too few a change.
    private List<Bytes> ask(Bytes handle) {
        if (!open() || through == null) {
            unknown = Unknown.DIRECTORY;
            return List.of();
        }
        int fd = handles.open(descriptor, handle);
        if (fd < 0) {
            boolean gone = fd == -Syscalls.ESTALE || fd == -Syscalls.ENOENT;
            unknown = gone ? Unknown.NOTHING : Unknown.DIRECTORY;
            return List.of();
        }
        try {
            Bytes shown = calls.pathOf(fd);
            Bytes path = shown == null ? null : view.ofTable(shown);
            if (shown == null) {
                unknown = Unknown.LONG_PATH;
                return List.of();
            }
            List<Bytes> within = new ArrayList<>(2);
            Bytes below = path == null ? null : through.within(path);
            if (below != null) {
                within.add(below);
            }
            if (!through.root().equals(SLASH)) {
                within.add(shown);
            }
            return within;
        } finally {
            calls.close(fd);
        }
    }

    boolean hasOtherNames(Bytes handle, Bytes name) {
        int fd = open() ? handles.open(descriptor, handle) : -1;
        if (fd < 0) {
            return false;
        }
        try {
            return calls.hasOtherNames(fd, name);
        } finally {
            calls.close(fd);
        }
    }
}

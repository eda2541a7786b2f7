package dev.assay.agent.watch;

import dev.assay.agent.watch.Watcher.Means;
import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.util.function.Predicate;

/// Opens the strongest watcher that this host permits.
public final class Watchers {
    private Watchers() {}

    /// Opens; what changes after the return is noticed.
    ///
    /// @param root of the measurement: `/`, `/proc/1/root`, or a folder
    /// @param strongest the means to begin with; the weaker ones follow where it is refused
    public static Watcher open(Path root, Interest interest, Means strongest) {
        return switch (strongest) {
            case FANOTIFY, INOTIFY ->
                    KernelWatcher.open(root, interest, strongest, KernelWatcher.Limits.USUAL);
            case POLLING -> polling("not asked for");
        };
    }

    public static Watcher open(Path root, Interest interest) {
        return open(root, interest, Means.FANOTIFY);
    }

    /// In a scope where nothing is measured below a directory that is not.
    public static Watcher open(Path root, Predicate<NodePath> measured) {
        return open(root, Interest.of(measured));
    }

    /// Sees nothing, and says so each time.
    public static Watcher polling(String why) {
        return new PollingWatcher(why);
    }
}

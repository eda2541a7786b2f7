package dev.assay.agent.collect.files;

import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What does not answer, by walks' roots: it is not asked for while the thread that asked waits,
/// nor for a while after that, in which one measurement ends that has met several such.
///
/// A filesystem on which nothing answers would leave one thread for each of its files. So after
/// {@link #MAX_IN_DIRECTORY} in one directory all of that is silent, and after {@link #MAX_IN_ROOT}
/// all of the root.
final class Silence {
    static final int MAX_IN_DIRECTORY = 2;
    static final int MAX_IN_ROOT = 6;

    /// Of the crew's patience.
    private static final int REMEMBERED = 20;

    private record Place(Path root, NodePath node) {}

    private record Waiting(Thread thread, long untilNanos) {
        boolean isOver(long now) {
            return !thread.isAlive() && now - untilNanos > 0;
        }
    }

    private static final Map<Place, Waiting> SILENT = new HashMap<>();
    private static volatile boolean any;

    private Silence() {}

    /// @param as the root's own node
    static void add(
            Path root, NodePath as, @Nullable NodePath node, Thread thread, Duration patience) {
        long until = System.nanoTime() + REMEMBERED * patience.toNanos();
        Waiting waiting = new Waiting(thread, until);
        synchronized (SILENT) {
            NodePath silent = node == null ? as : node;
            SILENT.put(new Place(root, silent), waiting);
            while (!silent.equals(as) && inDirectory(root, silent.parent()) > MAX_IN_DIRECTORY) {
                silent = silent.parent();
                SILENT.put(new Place(root, silent), waiting);
            }
            if (inRoot(root) > MAX_IN_ROOT) {
                SILENT.put(new Place(root, as), waiting);
            }
            any = true;
        }
    }

    private static long inDirectory(Path root, NodePath directory) {
        return SILENT.keySet().stream()
                .filter(place -> place.root().equals(root) && !place.node().isRoot())
                .filter(place -> place.node().parent().equals(directory))
                .count();
    }

    private static long inRoot(Path root) {
        return SILENT.keySet().stream().filter(place -> place.root().equals(root)).count();
    }

    static boolean holds(Path root, NodePath node) {
        if (!any) {
            return false;
        }
        synchronized (SILENT) {
            forget();
            return SILENT.containsKey(new Place(root, node));
        }
    }

    private static void forget() {
        long now = System.nanoTime();
        Iterator<Waiting> each = SILENT.values().iterator();
        while (each.hasNext()) {
            if (each.next().isOver(now)) {
                each.remove();
            }
        }
        any = !SILENT.isEmpty();
    }
}

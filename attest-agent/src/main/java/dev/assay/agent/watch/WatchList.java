package dev.assay.agent.watch;

import dev.assay.bytes.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Which directories have a watch, by its number and by their paths. A directory that a bind mount
/// shows twice has one watch and two paths.
final class WatchList {
    private record Entry(Bytes path, int watch) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int order = path.compareTo(other.path);
            return order != 0 ? order : Integer.compare(watch, other.watch);
        }
    }

    private static final Bytes SLASH = Bytes.utf8("/");

    /// The byte that follows `/`: all below a directory sorts between the two.
    private static final Bytes AFTER_SLASH = Bytes.utf8("0");

    private final NavigableSet<Entry> byPath = new TreeSet<>();
    private final Map<Integer, List<Bytes>> byWatch = new HashMap<>();

    int size() {
        return byWatch.size();
    }

    void add(Bytes path, int watch) {
        if (byPath.add(new Entry(path, watch))) {
            byWatch.computeIfAbsent(watch, absent -> new ArrayList<>(1)).add(path);
        }
    }

    /// None where the watch is not known any more.
    List<Bytes> paths(int watch) {
        return List.copyOf(byWatch.getOrDefault(watch, List.of()));
    }

    /// The kernel has let it go.
    void remove(int watch) {
        List<Bytes> paths = byWatch.remove(watch);
        if (paths != null) {
            paths.forEach(path -> byPath.remove(new Entry(path, watch)));
        }
    }

    /// Forgets a directory and all below it.
    ///
    /// @return the watches that stand for no path any more
    List<Integer> removeBelow(Bytes directory) {
        List<Entry> entries =
                new ArrayList<>(
                        byPath.subSet(
                                new Entry(directory, Integer.MIN_VALUE),
                                true,
                                new Entry(directory, Integer.MAX_VALUE),
                                true));
        Bytes prefix = directory.equals(SLASH) ? Bytes.EMPTY : directory;
        entries.addAll(
                byPath.subSet(
                        new Entry(prefix.plus(SLASH), Integer.MIN_VALUE),
                        new Entry(prefix.plus(AFTER_SLASH), Integer.MIN_VALUE)));
        List<Integer> idle = new ArrayList<>();
        for (Entry entry : entries) {
            byPath.remove(entry);
            List<Bytes> paths = byWatch.get(entry.watch());
            if (paths != null && paths.remove(entry.path()) && paths.isEmpty()) {
                byWatch.remove(entry.watch());
                idle.add(entry.watch());
            }
        }
        return idle;
    }

    void clear() {
        byPath.clear();
        byWatch.clear();
    }
}

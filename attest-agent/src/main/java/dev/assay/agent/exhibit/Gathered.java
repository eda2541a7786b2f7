package dev.assay.agent.exhibit;

import java.util.ArrayList;
import java.util.List;

/// What one collector has found so far, up to a number; more is only counted. It may be read while
/// the collector hangs in the kernel and will never end.
final class Gathered<T> {
    private final int max;
    private final List<T> kept = new ArrayList<>();
    private long more;

    Gathered(int max) {
        this.max = max;
    }

    synchronized void add(T one) {
        if (kept.size() < max) {
            kept.add(one);
        } else {
            more++;
        }
    }

    synchronized void countMore(long count) {
        more += count;
    }

    /// Fuller facts about one that was added.
    synchronized void replace(int index, T one) {
        kept.set(index, one);
    }

    synchronized T kept(int index) {
        return kept.get(index);
    }

    synchronized int size() {
        return kept.size();
    }

    synchronized List<T> kept() {
        return List.copyOf(kept);
    }

    synchronized long more() {
        return more;
    }
}

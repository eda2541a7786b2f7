package dev.assay.measurement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/// A set that is a list.
final class ListedMeasurements implements MeasurementSet {
    private final List<Entry> entries;

    private ListedMeasurements(List<Entry> entries) {
        this.entries = entries;
    }

    static ListedMeasurements of(List<Entry> unsorted) {
        List<Entry> entries = new ArrayList<>(unsorted);
        Collections.sort(entries);
        if (!entries.isEmpty() && entries.getFirst().path().isRoot()) {
            throw new IllegalArgumentException("the root has no leaf");
        }
        for (int i = 1; i < entries.size(); i++) {
            if (entries.get(i).path().equals(entries.get(i - 1).path())) {
                throw new IllegalArgumentException(entries.get(i).path() + " was measured twice");
            }
        }
        return new ListedMeasurements(Collections.unmodifiableList(entries));
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public Iterator<Entry> iterator() {
        return entries.iterator();
    }

    @Override
    public Roots roots() {
        return Roots.of(entries.iterator());
    }
}

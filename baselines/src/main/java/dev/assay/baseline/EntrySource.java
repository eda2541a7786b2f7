package dev.assay.baseline;

import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import java.io.IOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// Entries in tree order, one at a time, from wherever they are kept.
public interface EntrySource {
    /// The next entry, or null after the last.
    @Nullable Entry next() throws IOException, MalformedInputException;

    static EntrySource of(Iterable<Entry> sorted) {
        Iterator<Entry> entries = sorted.iterator();
        return () -> entries.hasNext() ? entries.next() : null;
    }
}

package dev.assay.agent.watch;

import dev.assay.bytes.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;

/// Remembers what was asked for last, up to a bound.
final class Recent<V> extends LinkedHashMap<Bytes, V> {
    private static final long serialVersionUID = 1L;

    private final int max;

    Recent(int max) {
        super(64, 0.75f, true);
        this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Bytes, V> eldest) {
        return size() > max;
    }
}

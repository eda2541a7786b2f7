package dev.assay.verifier.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Token buckets by key, in bounded memory: beyond the limit the key that was longest unused is
/// forgotten. An attacker with that many addresses gets a little more; he does not get the heap.
final class Buckets {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double capacity;
    private final double perSecond;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets;

    private static final class Bucket {
        private double left;
        private long at;

        Bucket(double left, long at) {
            this.left = left;
            this.at = at;
        }
    }

    Buckets(int capacity, double perSecond, int maxKeys, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.buckets =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                        return size() > maxKeys;
                    }
                };
    }

    /// Takes one; false where none is left.
    synchronized boolean take(String key) {
        Bucket bucket = refilled(key);
        if (bucket.left < 1) {
            return false;
        }
        bucket.left--;
        return true;
    }

    /// Whether {@link #take} would give none.
    synchronized boolean isEmpty(String key) {
        return buckets.containsKey(key) && refilled(key).left < 1;
    }

    synchronized int size() {
        return buckets.size();
    }

    private Bucket refilled(String key) {
        long now = nanoTime.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(key, unseen -> new Bucket(capacity, now));
        double grown = (now - bucket.at) / NANOS_PER_SECOND * perSecond;
        bucket.left = Math.min(capacity, bucket.left + grown);
        bucket.at = now;
        return bucket;
    }
}

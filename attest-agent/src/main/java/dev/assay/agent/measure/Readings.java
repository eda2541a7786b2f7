package dev.assay.agent.measure;

import dev.assay.agent.collect.files.CpuBudget;
import dev.assay.agent.collect.files.Crew;
import dev.assay.agent.digest.ContentHasher;
import dev.assay.agent.digest.Feed;
import dev.assay.agent.digest.Hashers;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// The reading of one pass: hashers for its threads, its crew, and how much was read.
final class Readings {
    /// Larger files are put off, so that the largest are read first when nothing else is left.
    private static final long HEAVY_BYTES = 1L << 20;

    private static final int FILES_PER_REPORT = 256;
    private static final long BYTES_PER_REPORT = 64L << 20;

    private final Crew crew;
    private final ThreadLocal<ContentHasher> hasher;
    private final ThreadLocal<CpuBudget.Meter> meter;
    private final int threads;
    private final boolean announced;
    private final AtomicLong heavy = new AtomicLong();
    private final Progress progress;
    private final InstantSource clock;
    private final LongAdder bytesRead = new LongAdder();
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong unreported = new AtomicLong();

    /// @param announced whether lanes are worth their trial: all of the host is read
    Readings(
            int threads,
            Progress progress,
            InstantSource clock,
            Manners manners,
            boolean announced) {
        this.threads = threads;
        this.announced = announced;
        this.meter = ThreadLocal.withInitial(() -> manners.cpu().meter());
        Supplier<ContentHasher> engine = Hashers.best();
        this.hasher = ThreadLocal.withInitial(engine);
        this.crew = new Crew(threads, manners::begin, () -> hasher.get().finish());
        this.progress = progress;
        this.clock = clock;
    }

    Crew crew() {
        return crew;
    }

    /// Seconds since 1970, by the clock that files' times are of.
    int now() {
        return (int) Math.floorDiv(clock.millis(), 1000L);
    }

    /// Has the feed read and hashed, now or later, on this or another thread.
    void hash(Feed feed, long expectedBytes) {
        if (expectedBytes > HEAVY_BYTES) {
            heavy.addAndGet(expectedBytes);
            crew.later(expectedBytes, () -> hashHeavy(feed, expectedBytes));
        } else {
            hasher.get().hash(feed, expectedBytes);
        }
    }

    private void hashHeavy(Feed feed, long expectedBytes) {
        if (announced) {
            hasher.get().toCome(heavy.get() / threads);
        }
        heavy.addAndGet(-expectedBytes);
        hasher.get().hash(feed, expectedBytes);
    }

    /// The same from within a hasher's call.
    void hashAgain(Feed feed, long expectedBytes) {
        crew.give(() -> hasher.get().hash(feed, expectedBytes));
    }

    void read(long bytes) {
        try {
            meter.get().pause();
        } catch (InterruptedException e) {
            // A measurement ends by itself.
            Thread.currentThread().interrupt();
        }
        bytesRead.add(bytes);
        if (unreported.addAndGet(bytes) >= BYTES_PER_REPORT) {
            unreported.set(0);
            report(files.get());
        }
    }

    /// A regular file was looked at wholly.
    void finished() {
        long count = files.incrementAndGet();
        if (count % FILES_PER_REPORT == 0) {
            report(count);
        }
    }

    private void report(long count) {
        if (crew.isAbandoned()) {
            return;
        }
        synchronized (progress) {
            progress.reached(count, bytesRead.sum());
        }
    }

    long bytesRead() {
        return bytesRead.sum();
    }
}

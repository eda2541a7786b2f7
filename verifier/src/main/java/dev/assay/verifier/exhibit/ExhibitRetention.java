package dev.assay.verifier.exhibit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Removes exhibits that nobody asked for in time: they hold what ran on a host, and are not to lie
/// about for ever.
public final class ExhibitRetention {
    public static final Duration LIFE = Duration.ofDays(30);

    /// Of all that are kept.
    public static final long MAX_BYTES = 1L << 30;

    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final ExhibitArchive archive;
    private final Clock clock;
    private Instant next;

    public ExhibitRetention(ExhibitArchive archive, Clock clock) {
        this.archive = archive;
        this.clock = clock;
        this.next = clock.instant();
    }

    /// At most once a minute.
    public synchronized void prune() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(PERIOD);
        try {
            archive.prune(now.minus(LIFE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

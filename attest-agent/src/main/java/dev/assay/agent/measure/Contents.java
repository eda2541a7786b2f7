package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileFaultException;
import dev.assay.agent.collect.files.FileStat;
import dev.assay.agent.collect.files.OpenFile;
import dev.assay.agent.digest.Feed;
import dev.assay.tree.Digest;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Digests of file contents; what is hard-linked is read once. Whoever asks is told on the thread
/// that read, and closes the file.
final class Contents {
    /// How reading ended.
    sealed interface Outcome {
        /// @param stat what the file was before and after it was read
        /// @param readAt seconds since 1970, before the first byte was read
        record Stable(FileStat stat, Digest digest, int readAt) implements Outcome {}

        /// It changed during every read, or became shorter than what was wanted of it.
        record Unstable() implements Outcome {}

        record Fault(FileFaultException why) implements Outcome {}
    }

    /// Told once how reading ended.
    interface Listener {
        void ended(Outcome outcome);
    }

    /// The same bytes for as long as all of this is the same.
    private record Version(
            FileStat.Identity identity, long size, FileStat.Time modified, FileStat.Time changed) {
        static Version of(FileStat stat) {
            return new Version(stat.identity(), stat.size(), stat.modified(), stat.changed());
        }
    }

    private static final int MAX_READS = 3;

    /// A file that changes is read again only while that is quick.
    private static final long MAX_REREAD_BYTES = 256L << 20;

    private final Readings readings;
    private final Map<Version, CompletableFuture<Outcome>> linked = new ConcurrentHashMap<>();

    Contents(Readings readings) {
        this.readings = readings;
    }

    /// All of the file.
    void read(OpenFile file, Listener listener) {
        FileStat stat = file.stat();
        if (stat.links() <= 1) {
            begin(new Whole(file, listener), stat.size());
            return;
        }
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        CompletableFuture<Outcome> first = linked.putIfAbsent(Version.of(stat), mine);
        if (first == null) {
            begin(
                    new Whole(
                            file,
                            outcome -> {
                                // Those that wait are told also where this one's listener throws.
                                mine.complete(outcome);
                                listener.ended(outcome);
                            }),
                    stat.size());
        } else {
            var _ =
                    first.thenAccept(
                            outcome -> {
                                if (outcome instanceof Outcome.Stable known
                                        && known.stat().isUnchangedSince(stat)) {
                                    listener.ended(
                                            new Outcome.Stable(
                                                    stat, known.digest(), known.readAt()));
                                } else {
                                    readings.hashAgain(new Whole(file, listener), stat.size());
                                }
                            });
        }
    }

    private void begin(Feed feed, long expectedBytes) {
        readings.hash(feed, expectedBytes);
    }

    /// The first `length` bytes, whatever is appended meanwhile.
    void prefix(OpenFile file, long length, Listener listener) {
        begin(new Prefix(file, length, listener), length);
    }

    /// Reads a file from its start up to a limit.
    private abstract class Reading implements Feed {
        final OpenFile file;
        private final Listener listener;
        private long offset;
        private boolean ended;
        private @Nullable FileFaultException fault;
        int readAt;

        Reading(OpenFile file, Listener listener) {
            this.file = file;
            this.listener = listener;
        }

        abstract long limit();

        abstract @Nullable Outcome settle(Digest digest, long length) throws FileFaultException;

        @Override
        public final int read(MemorySegment into) {
            if (offset == 0) {
                readAt = readings.now();
            }
            long wanted = Math.min(into.byteSize(), limit() - offset);
            if (wanted <= 0 || ended) {
                return 0;
            }
            try {
                readings.crew().requireWanted();
                int length = file.read(offset, into.asSlice(0, wanted));
                readings.read(length);
                offset += length;
                // The byte too many was asked for and was not there: no second call says so again.
                ended = length < wanted && offset == limit() - 1;
                return length;
            } catch (FileFaultException e) {
                fault = e;
                return -1;
            }
        }

        @Override
        public final void ended(@Nullable Digest digest) {
            Outcome outcome;
            try {
                outcome =
                        digest == null || fault != null
                                ? new Outcome.Fault(why())
                                : settle(digest, offset);
            } catch (FileFaultException e) {
                outcome = new Outcome.Fault(e);
            }
            if (outcome != null) {
                listener.ended(outcome);
            } else {
                offset = 0;
                ended = false;
                readings.hashAgain(this, limit());
            }
        }

        private FileFaultException why() {
            if (fault == null) {
                throw new IllegalStateException("gave up without a fault");
            }
            return fault;
        }
    }

    private final class Whole extends Reading {
        private FileStat before;
        private int reads;

        Whole(OpenFile file, Listener listener) {
            super(file, listener);
            before = file.stat();
        }

        /// One byte more than there should be: a file that grows is found even where its times lie.
        @Override
        long limit() {
            return before.size() + 1;
        }

        @Override
        @Nullable Outcome settle(Digest digest, long length) throws FileFaultException {
            FileStat after = file.now();
            if (length == before.size() && after.isUnchangedSince(before)) {
                return new Outcome.Stable(before, digest, readAt);
            }
            before = after;
            reads++;
            boolean again = reads < MAX_READS && before.size() <= MAX_REREAD_BYTES;
            return again ? null : new Outcome.Unstable();
        }
    }

    private final class Prefix extends Reading {
        private final long length;

        Prefix(OpenFile file, long length, Listener listener) {
            super(file, listener);
            this.length = length;
        }

        @Override
        long limit() {
            return length;
        }

        @Override
        Outcome settle(Digest digest, long read) {
            return read == length
                    ? new Outcome.Stable(file.stat(), digest, readAt)
                    : new Outcome.Unstable();
        }
    }

    /// For what only needs to know.
    static Optional<Digest> digest(Outcome outcome) {
        return outcome instanceof Outcome.Stable stable
                ? Optional.of(stable.digest())
                : Optional.empty();
    }
}

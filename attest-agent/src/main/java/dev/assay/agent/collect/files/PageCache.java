package dev.assay.agent.collect.files;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.assay.agent.libc.Kernel;
import dev.assay.agent.libc.SystemCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/// Leaves the page cache as it was found: asks, before a file is read, which of it was cached, and
/// gives back afterwards what was not, so that measuring 100 GB does not push out what the host's
/// workload reads. One per thread.
///
/// Asking comes first and for the whole file: the kernel reads ahead, and a piece that is looked at
/// just before its turn is in the cache because of us.
///
/// cachestat(2), since Linux 6.5, counts pages without touching them, but only of files that the
/// caller owns or may write. Elsewhere preadv2(2) with `RWF_NOWAIT` reads a byte only if that needs
/// no waiting for the disk, which anybody may who can read. mincore(2) is not used: to callers who
/// do not own the file it says that all is cached.
///
/// What somebody else begins to read between the two is given back too: the kernel does not say who
/// read a page.
final class PageCache {
    private static final long RWF_NOWAIT = 8;
    private static final int POSIX_FADV_NORMAL = 0;
    private static final int POSIX_FADV_RANDOM = 1;
    private static final int POSIX_FADV_DONTNEED = 4;
    private static final long AT_PAGESZ = 6;
    private static final long USUAL_PAGE_BYTES = 4096;
    static final long PAGE_BYTES = pageBytes();

    private static final int EAGAIN = 11;
    private static final long PIECE_BYTES = 128 << 10;

    /// Of a file of any size, so that asking stays a small part of reading it.
    private static final int MAX_PIECES = 1 << 16;

    /// How the kernel is asked. The first that answers.
    enum Means {
        CACHESTAT,
        NOWAIT_READ,
        NONE
    }

    private final Kernel kernel = Kernel.mine();

    /// `struct cachestat_range` and `struct cachestat`.
    private final MemorySegment range;

    private final MemorySegment counts;

    /// `struct iovec` of one byte, and that byte.
    private final MemorySegment vector;

    private final Means best;

    private static final ThreadLocal<PageCache> MINE = ThreadLocal.withInitial(PageCache::new);

    /// The calling thread's own.
    static PageCache mine() {
        return MINE.get();
    }

    PageCache() {
        this(Means.CACHESTAT);
    }

    /// @param best the first that is tried
    PageCache(Means best) {
        Arena arena = Arena.ofAuto();
        range = arena.allocate(16, 8);
        counts = arena.allocate(40, 8);
        vector = arena.allocate(16, 8);
        vector.set(JAVA_LONG, 0, arena.allocate(1).address());
        vector.set(JAVA_LONG, 8, 1);
        this.best = best;
    }

    /// `AT_PAGESZ` of getauxval(3). Where a page is larger than that of most machines and this
    /// cannot be read, a file that is cached wholly is asked for piece by piece.
    private static long pageBytes() {
        try {
            ByteBuffer vector =
                    ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
                            .order(ByteOrder.nativeOrder());
            while (vector.remaining() >= 16) {
                long type = vector.getLong();
                long value = vector.getLong();
                if (type == AT_PAGESZ) {
                    return value;
                }
            }
        } catch (IOException e) {
            return USUAL_PAGE_BYTES;
        }
        return USUAL_PAGE_BYTES;
    }

    /// What is cached now of an open file that is about to be read.
    ///
    /// @param size bytes
    Residency before(int fd, long size) {
        if (size <= 0) {
            return Residency.ALL;
        }
        return switch (best) {
            case CACHESTAT -> {
                long cached = cachedPages(fd, 0, 0);
                if (cached < 0) {
                    yield byReads(fd, size);
                }
                long pages = (size + PAGE_BYTES - 1) / PAGE_BYTES;
                yield cached == 0
                        ? Residency.NONE
                        : cached >= pages
                                ? Residency.ALL
                                : pieces(size, (from, bytes) -> cachedPages(fd, from, bytes) > 0);
            }
            case NOWAIT_READ -> byReads(fd, size);
            case NONE -> Residency.UNKNOWN;
        };
    }

    /// One page of each piece. The kernel may begin to read a page that is not there while it says
    /// so; told that reads are random, it begins with no other.
    private Residency byReads(int fd, long size) {
        advise(fd, 0, 0, POSIX_FADV_RANDOM);
        try {
            Answer first = isAtHand(fd, 0);
            return switch (first) {
                case UNKNOWN -> Residency.UNKNOWN;
                case YES, NO ->
                        pieces(
                                size,
                                (from, bytes) ->
                                        (from == 0 ? first : isAtHand(fd, from)) != Answer.NO);
            };
        } finally {
            advise(fd, 0, 0, POSIX_FADV_NORMAL);
        }
    }

    private interface Piece {
        boolean isCached(long from, long bytes);
    }

    private static Residency pieces(long size, Piece piece) {
        long bytes = PIECE_BYTES;
        while ((size + bytes - 1) / bytes > MAX_PIECES) {
            bytes *= 2;
        }
        int count = (int) ((size + bytes - 1) / bytes);
        BitSet cached = new BitSet(count);
        for (int i = 0; i < count; i++) {
            long from = i * bytes;
            if (piece.isCached(from, Math.min(bytes, size - from))) {
                cached.set(i);
            }
        }
        int found = cached.cardinality();
        return found == 0
                ? Residency.NONE
                : found == count ? Residency.ALL : new Residency.Some(cached, bytes);
    }

    /// Gives back what lies before `end` and was not cached before it was read. To be called now
    /// and then while a large file is read, and with its size at its end: what was read ahead then
    /// goes too. Pages that somebody has mapped or written stay, as the kernel will have it.
    void giveBack(int fd, Residency before, long end) {
        // The kernel takes a length of 0 for the whole file.
        if (end <= 0) {
            return;
        }
        switch (before) {
            case Residency.All all -> {}
            case Residency.Unknown unknown -> {}
            case Residency.None none -> dontNeed(fd, 0, end);
            case Residency.Some some -> giveBackPieces(fd, some, end);
        }
    }

    /// From the begin of each gap, not from where the last call ended: a large folio that lies
    /// across that place is freed only as a whole.
    private void giveBackPieces(int fd, Residency.Some some, long end) {
        BitSet cached = some.cached();
        long bytes = some.pieceBytes();
        for (int from = cached.nextClearBit(0); from * bytes < end; ) {
            int next = cached.nextSetBit(from);
            long stop = next < 0 ? end : Math.min(end, next * bytes);
            dontNeed(fd, from * bytes, stop - from * bytes);
            if (next < 0) {
                return;
            }
            from = cached.nextClearBit(next);
        }
    }

    private void dontNeed(int fd, long from, long bytes) {
        advise(fd, from, bytes, POSIX_FADV_DONTNEED);
    }

    /// @param bytes 0 for all up to the end
    private void advise(int fd, long from, long bytes, int advice) {
        kernel.call(SystemCall.FADVISE64, fd, from, bytes, advice);
    }

    /// How many pages of the range are cached; negative where the kernel does not say.
    ///
    /// @param bytes 0 for all up to the end
    long cachedPages(int fd, long from, long bytes) {
        range.set(JAVA_LONG, 0, from);
        range.set(JAVA_LONG, 8, bytes);
        long answer = kernel.call(SystemCall.CACHESTAT, fd, range.address(), counts.address(), 0);
        return answer == 0 ? counts.get(JAVA_LONG, 0) : -1;
    }

    private enum Answer {
        YES,
        NO,
        UNKNOWN
    }

    private Answer isAtHand(int fd, long offset) {
        long answer =
                kernel.call(SystemCall.PREADV2, fd, vector.address(), 1, offset, 0, RWF_NOWAIT);
        if (answer >= 0) {
            return Answer.YES;
        }
        return answer == -EAGAIN ? Answer.NO : Answer.UNKNOWN;
    }
}

package dev.assay.agent.collect.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.assay.agent.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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
    private static final long SYS_CACHESTAT = 451;
    private static final long SYS_PREADV2 = Libc.perMachine(327, 286);
    private static final long RWF_NOWAIT = 8;
    private static final int POSIX_FADV_NORMAL = 0;
    private static final int POSIX_FADV_RANDOM = 1;
    private static final int POSIX_FADV_DONTNEED = 4;
    static final long PAGE_BYTES = pageBytes();

    private static final int EAGAIN = 11;
    private static final long PIECE_BYTES = 128 << 10;

    /// Of a file of any size, so that asking stays a small part of reading it.
    private static final int MAX_PIECES = 1 << 16;

    private static final MethodHandle CACHESTAT =
            Libc.variadic(
                    "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle PREADV2 =
            Libc.variadic(
                    "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FADVISE =
            Libc.function("posix_fadvise", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

    /// How the kernel is asked. The first that answers.
    enum Means {
        CACHESTAT,
        NOWAIT_READ,
        NONE
    }

    private final MemorySegment capture;

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
        capture = Libc.newErrno(arena);
        range = arena.allocate(16, 8);
        counts = arena.allocate(40, 8);
        vector = arena.allocate(16, 8);
        vector.set(JAVA_LONG, 0, arena.allocate(1).address());
        vector.set(JAVA_LONG, 8, 1);
        this.best = best;
    }

    private static long pageBytes() {
        // _SC_PAGESIZE of bits/confname.h
        MethodHandle sysconf = Libc.function("sysconf", JAVA_LONG, JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            return (long) sysconf.invokeExact(Libc.newErrno(arena), 30);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
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
        try {
            int ignored = (int) FADVISE.invokeExact(capture, fd, from, bytes, advice);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    /// How many pages of the range are cached; negative where the kernel does not say.
    ///
    /// @param bytes 0 for all up to the end
    long cachedPages(int fd, long from, long bytes) {
        range.set(JAVA_LONG, 0, from);
        range.set(JAVA_LONG, 8, bytes);
        try {
            long answer =
                    (long)
                            CACHESTAT.invokeExact(
                                    capture, SYS_CACHESTAT, (long) fd, range, counts, 0L);
            return answer == 0 ? counts.get(JAVA_LONG, 0) : -1;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private enum Answer {
        YES,
        NO,
        UNKNOWN
    }

    private Answer isAtHand(int fd, long offset) {
        try {
            long answer =
                    (long)
                            PREADV2.invokeExact(
                                    capture,
                                    SYS_PREADV2,
                                    (long) fd,
                                    vector,
                                    1L,
                                    offset,
                                    0L,
                                    RWF_NOWAIT);
            if (answer >= 0) {
                return Answer.YES;
            }
            return Libc.errno(capture) == EAGAIN ? Answer.NO : Answer.UNKNOWN;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }
}

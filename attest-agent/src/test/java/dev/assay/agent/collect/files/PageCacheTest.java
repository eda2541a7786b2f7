package dev.assay.agent.collect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On the real kernel and a real disk. Where the temporary folder lies in memory there is no page
/// cache to give back to, and where the kernel does not count cached pages nothing can be asserted;
/// the tests then skip.
final class PageCacheTest {
    private static final int BLOCK = 1 << 20;
    private static final int SMALL = 4 << 20;
    private static final int BIG = 48 << 20;
    private static final int GIVE_BACK_BYTES = 8 << 20;
    private static final int PIECE_BYTES = 128 << 10;

    @TempDir private Path folder = Path.of("");

    private final Posix posix = Posix.mine();
    private final PageCache cache = new PageCache();
    private int small = -1;
    private int big = -1;

    @BeforeEach
    void writeTwoFilesThatAreNotCached() throws Exception {
        small = written("small", SMALL);
        big = written("big", BIG);
        assumeThat(cached(big)).as("pages of a file that was given back").isZero();
    }

    @AfterEach
    void close() {
        posix.close(small);
        posix.close(big);
    }

    private int written(String name, int bytes) throws Exception {
        Path file = folder.resolve(name);
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < bytes / BLOCK; i++) {
                out.write(ByteBuffer.wrap(new byte[BLOCK]));
            }
            // What was not written back cannot be dropped.
            out.force(true);
        }
        int fd =
                posix.openPath(
                        file.toString().getBytes(StandardCharsets.UTF_8),
                        Posix.O_RDONLY | Posix.O_CLOEXEC);
        assertThat(fd).isNotNegative();
        cache.giveBack(fd, Residency.NONE, bytes);
        return fd;
    }

    private long cached(int fd) {
        return cache.cachedPages(fd, 0, 0);
    }

    private void read(int fd, int bytes) throws Exception {
        readAndGiveBack(fd, bytes, Residency.ALL);
    }

    /// @return the most pages that were cached at one time
    private long readAndGiveBack(int fd, int bytes, Residency before) throws Exception {
        long most = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(BLOCK);
            for (int done = 0; done < bytes; ) {
                done += posix.read(fd, done, block);
                if (done % GIVE_BACK_BYTES == 0) {
                    most = Math.max(most, cached(fd));
                    cache.giveBack(fd, before, done);
                }
            }
        }
        cache.giveBack(fd, before, bytes);
        return most;
    }

    @Test
    void anotherFileStaysCachedWhileABigOneIsReadAndGivenBack() throws Exception {
        read(small, SMALL);
        long pages = cached(small);
        assertThat(pages).isPositive();

        Residency before = cache.before(big, BIG);
        assertThat(before).isEqualTo(Residency.NONE);
        long most = readAndGiveBack(big, BIG, before);

        assertThat(cached(big)).isZero();
        assertThat(cached(small)).isEqualTo(pages);
        // Nor was all of it in the cache at any moment.
        assertThat(most).isLessThan(pages * (BIG / SMALL));
    }

    @Test
    void fileThatWasCachedBeforeStaysCached() throws Exception {
        read(big, BIG);
        long pages = cached(big);

        Residency before = cache.before(big, BIG);
        assertThat(before).isEqualTo(Residency.ALL);
        readAndGiveBack(big, BIG, before);

        assertThat(cached(big)).isEqualTo(pages);
    }

    @Test
    void ofAFileThatWasCachedInPartThatPartStays() throws Exception {
        read(big, SMALL);
        long part = cached(big);

        Residency before = cache.before(big, BIG);
        assertThat(before).isInstanceOf(Residency.Some.class);
        readAndGiveBack(big, BIG, before);

        assertThat(cached(big))
                .isGreaterThanOrEqualTo(part)
                .isLessThan(part + SMALL / PageCache.PAGE_BYTES);
        assertThat(cache.cachedPages(big, 0, SMALL)).isEqualTo(SMALL / PageCache.PAGE_BYTES);
    }

    @Test
    void whoMayOnlyReadLearnsTheSameAndReadsLittleByAsking() throws Exception {
        PageCache reader = new PageCache(PageCache.Means.NOWAIT_READ);
        Residency unread = reader.before(big, BIG);
        assumeThat(unread).isNotEqualTo(Residency.UNKNOWN);

        // On a quick disk the page that a question has the kernel begin with is there at once.
        assertThat(pieces(unread)).isLessThan(BIG / PIECE_BYTES / 16);
        assertThat(cached(big)).isLessThan(BIG / PageCache.PAGE_BYTES / 16);
        read(small, SMALL);
        assertThat(reader.before(small, SMALL)).isEqualTo(Residency.ALL);
    }

    private static long pieces(Residency cached) {
        return switch (cached) {
            case Residency.None none -> 0;
            case Residency.Some some -> some.cached().cardinality();
            case Residency.All all -> BIG / PIECE_BYTES;
            case Residency.Unknown unknown -> BIG / PIECE_BYTES;
        };
    }

    @Test
    void nothingIsGivenBackWhereTheKernelDoesNotSay() throws Exception {
        Residency before = new PageCache(PageCache.Means.NONE).before(small, SMALL);
        assertThat(before).isEqualTo(Residency.UNKNOWN);
        read(small, SMALL);
        long pages = cached(small);

        cache.giveBack(small, before, SMALL);

        assertThat(cached(small)).isEqualTo(pages);
    }

    @Test
    void emptyFileHasNothingToGiveBack() {
        assertThat(cache.before(small, 0)).isEqualTo(Residency.ALL);
    }
}

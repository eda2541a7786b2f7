package dev.assay.agent.measure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.HostTree;
import dev.assay.agent.collect.files.PosixWalk;
import dev.assay.agent.tree.FileTree;
import dev.assay.bytes.Bytes;
import dev.assay.scope.Facts;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is remembered is read again within a period, in an order that nobody can foresee.
final class HostMemoryTest {
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final Duration STEP = Duration.ofSeconds(30);
    private static final int STEPS_OF_A_PERIOD = (int) PERIOD.dividedBy(STEP);
    private static final int FILES = 200;
    private static final Digest KEY = Digest.ofContent(Bytes.utf8("this boot"));
    private static final CompiledScope SCOPE =
            CompiledScope.of(Measured.scope("fs immutable", "fs/log append-only"));

    @TempDir private Path folder = Path.of("");
    private HostTree host;
    private Instant now;
    private long nanos;

    @BeforeEach
    void makeHost() throws IOException {
        host = HostTree.create();
        for (int i = 0; i < FILES; i++) {
            host.file("dir-" + i % 7 + "/file-" + i, "content " + i);
        }
        host.file("log", "begin");
        // So far ahead that every time is old enough to be believed.
        now = Instant.now().plus(Duration.ofHours(1));
    }

    @AfterEach
    void removeHost() throws IOException {
        host.close();
    }

    private HostMemory memory(HostMemory.Start start, long seed) {
        return new HostMemory(
                host.root(),
                folder.resolve("index"),
                start,
                PERIOD,
                () -> now,
                new Random(seed),
                () -> nanos);
    }

    private HostMemory.Measured measure(HostMemory memory) throws IOException {
        return measure(memory, SCOPE);
    }

    private HostMemory.Measured measure(HostMemory memory, CompiledScope scope) throws IOException {
        Measurer measurer =
                Measurer.of(scope, List.of(), Facts.NONE, KernelSource.NONE)
                        .with(new PosixWalk(), 1, () -> now);
        return memory.measure(KEY, measurer);
    }

    private void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    private static FileTree tree(HostMemory.Measured measured) {
        return requireNonNull(measured.measurement().tree());
    }

    private static Digest root(HostMemory.Measured measured) {
        return measured.measurement().set().roots().total();
    }

    private Set<NodePath> readNow(HostMemory.Measured measured) {
        long seconds = now.getEpochSecond();
        return new HashSet<>(tree(measured).filesReadAt(at -> at == seconds, Long.MAX_VALUE));
    }

    private long oldestAgeSeconds(HostMemory.Measured measured) {
        return now.getEpochSecond() - requireNonNull(measured.measurement().oldestRead());
    }

    /// What was read at each step of a period.
    private List<Set<NodePath>> readings(long seed, boolean watched) throws IOException {
        HostMemory memory = memory(HostMemory.Start.AFRESH, seed);
        memory.watched(watched);
        List<Set<NodePath>> readings = new ArrayList<>();
        measure(memory);
        for (int i = 0; i < STEPS_OF_A_PERIOD; i++) {
            pass(STEP);
            HostMemory.Measured measured = measure(memory);
            readings.add(readNow(measured));
            assertThat(oldestAgeSeconds(measured))
                    .as("age of the oldest digest, seed %d, step %d", seed, i)
                    .isLessThanOrEqualTo(PERIOD.toSeconds());
        }
        return readings;
    }

    private static Set<NodePath> union(List<Set<NodePath>> readings) {
        Set<NodePath> union = new HashSet<>();
        readings.forEach(union::addAll);
        return union;
    }

    @Test
    void everythingIsReadAgainWithinThePeriod() throws IOException {
        long seed = System.nanoTime();

        assertThat(union(readings(seed, true))).as("watched, seed %d", seed).hasSize(FILES + 1);
        assertThat(union(readings(seed, false))).as("unwatched, seed %d", seed).hasSize(FILES + 1);
    }

    @Test
    void oldestDigestIsNeverOlderThanThePeriodForPeriodsOnEnd() throws IOException {
        long seed = System.nanoTime();
        HostMemory memory = memory(HostMemory.Start.AFRESH, seed);
        memory.watched(true);
        measure(memory);
        Random random = new Random(seed);
        for (int i = 0; i < 5 * STEPS_OF_A_PERIOD; i++) {
            pass(STEP.multipliedBy(random.nextInt(1, 8)));

            assertThat(oldestAgeSeconds(measure(memory)))
                    .as("seed %d, step %d", seed, i)
                    .isLessThanOrEqualTo(PERIOD.toSeconds());
        }
    }

    /// Of a disk's image in a place for data, only the first bytes are ever read.
    @Test
    void largeDataDoesNotTakeTheTurnOfWhatComesAfterIt() throws IOException {
        long seed = System.nanoTime();
        CompiledScope scope =
                CompiledScope.of(Measured.scope("fs immutable", "fs/a-data data-only"));
        for (int i = 0; i < 60; i++) {
            try (FileChannel image =
                    FileChannel.open(
                            host.file("a-data/image-" + i, "data"), StandardOpenOption.WRITE)) {
                int ignored = image.write(ByteBuffer.wrap(new byte[1]), 2L << 30);
            }
        }
        HostMemory memory = memory(HostMemory.Start.AFRESH, seed);
        memory.watched(true);
        measure(memory, scope);
        for (int i = 0; i < STEPS_OF_A_PERIOD * 3 / 2; i++) {
            pass(STEP);

            assertThat(oldestAgeSeconds(measure(memory, scope)))
                    .as("seed %d, step %d", seed, i)
                    .isLessThanOrEqualTo(PERIOD.toSeconds());
        }
    }

    @Test
    void orderDiffersBySeedAndIsSpreadOverThePeriod() throws IOException {
        List<Set<NodePath>> one = readings(1, true);
        List<Set<NodePath>> other = readings(2, true);

        assertThat(one).isNotEqualTo(other);
        long stepsWithReadings = one.stream().filter(read -> !read.isEmpty()).count();
        assertThat(stepsWithReadings).isGreaterThan(STEPS_OF_A_PERIOD / 2);
        assertThat(one).allMatch(read -> read.size() < FILES / 4);
    }

    /// Root can set the clock back; the rereading goes on by a clock that nobody sets.
    @Test
    void clockThatIsSetBackDoesNotStopIt() throws IOException {
        HostMemory memory = memory(HostMemory.Start.AFRESH, 1);
        memory.watched(true);
        measure(memory);
        now = now.minus(Duration.ofDays(30));
        Set<NodePath> read = new HashSet<>();
        for (int i = 0; i < STEPS_OF_A_PERIOD; i++) {
            pass(STEP);
            read.addAll(readNow(measure(memory)));
        }

        // By chance alone one in e³ is left after a period.
        assertThat(read).hasSizeGreaterThan(FILES * 8 / 10);
    }

    /// It would else be young for as long as root likes, and never read again.
    @Test
    void fileThatWasReadByAClockThatWasAheadIsReadAgain() throws IOException {
        HostMemory memory = memory(HostMemory.Start.AFRESH, 1);
        memory.watched(true);
        measure(memory);
        Duration ahead = Duration.ofDays(10);
        now = now.plus(ahead);
        host.file("dir-0/file-7", "read in ten days");
        NodePath file = NodePath.of("fs/dir-0/file-7");
        memory.note(List.of(file), false);
        assertThat(readNow(measure(memory))).contains(file);
        now = now.minus(ahead);
        pass(STEP);

        assertThat(readNow(measure(memory))).contains(file);
    }

    @Test
    void laterStartReadsWhatIsOverdue() throws IOException {
        measure(memory(HostMemory.Start.AFRESH, 1));
        pass(PERIOD);

        HostMemory.Measured later = measure(memory(HostMemory.Start.WITH_INDEX, 1));

        assertThat(later.pass()).isInstanceOf(Pass.Incremental.class);
        assertThat(readNow(later)).hasSize(FILES + 1);
    }

    @Test
    void moreChangedNamesThanAreKeptHaveAllLookedAt() throws IOException {
        HostMemory memory = memory(HostMemory.Start.AFRESH, 1);
        memory.watched(true);
        measure(memory);
        List<NodePath> names =
                IntStream.rangeClosed(0, 100_000).mapToObj(i -> NodePath.of("fs/n" + i)).toList();
        Measurer measurer = Measurer.of(SCOPE, List.of(), Facts.NONE, KernelSource.NONE);
        memory.note(names.subList(0, 10), false);
        assertThat(memory.lookAtNoted(KEY, measurer)).isNotNull();

        memory.note(names, false);

        assertThat(memory.lookAtNoted(KEY, measurer)).isNull();
    }

    /// A watcher tells the one name that a file was written by.
    @Test
    void whatIsWrittenByOneNameIsFoundByItsOtherNames() throws IOException {
        Path program = host.file("bin/program", "golden");
        Files.createLink(host.root().resolve("bin/other"), program);
        HostMemory memory = memory(HostMemory.Start.AFRESH, 1);
        memory.watched(true);
        measure(memory);
        pass(Duration.ofSeconds(10));
        Files.writeString(host.root().resolve("bin/other"), "forged");
        memory.note(List.of(NodePath.of("fs/bin/other")), false);

        HostMemory.Measured found = measure(memory);

        assertThat(found.pass()).isInstanceOf(Pass.Partial.class);
        assertThat(root(found)).isEqualTo(root(measure(memory(HostMemory.Start.AFRESH, 1))));
    }

    @Test
    void laterStartReadsOnlyWhatChanged() throws IOException {
        Digest before = root(measure(memory(HostMemory.Start.WITH_INDEX, 1)));

        HostMemory.Measured again = measure(memory(HostMemory.Start.WITH_INDEX, 1));

        assertThat(again.pass()).isInstanceOf(Pass.Incremental.class);
        assertThat(again.measurement().bytesRead()).isZero();
        assertThat(root(again)).isEqualTo(before);
    }

    @Test
    void indexIsWrittenAgainOnlyWhereSomethingChanged() throws IOException {
        measure(memory(HostMemory.Start.WITH_INDEX, 1));
        Path index = folder.resolve("index");
        Object written = Files.readAttributes(index, "unix:ino").get("ino");

        measure(memory(HostMemory.Start.WITH_INDEX, 1));
        assertThat(Files.readAttributes(index, "unix:ino").get("ino")).isEqualTo(written);

        host.file("another", "file");
        measure(memory(HostMemory.Start.WITH_INDEX, 1));
        assertThat(Files.readAttributes(index, "unix:ino").get("ino")).isNotEqualTo(written);
    }

    @Test
    void startThatBeginsAfreshBelievesNoIndex() throws IOException {
        measure(memory(HostMemory.Start.WITH_INDEX, 1));

        HostMemory.Measured again = measure(memory(HostMemory.Start.AFRESH, 1));

        assertThat(again.pass()).isInstanceOf(Pass.Full.class);
    }

    @Test
    void alteredIndexCostsOnlyTime() throws IOException {
        Digest before = root(measure(memory(HostMemory.Start.WITH_INDEX, 1)));
        Path index = folder.resolve("index");
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length / 2] ^= 1;
        Files.write(index, bytes);

        HostMemory.Measured again = measure(memory(HostMemory.Start.WITH_INDEX, 1));

        assertThat(again.pass()).isInstanceOf(Pass.Full.class);
        assertThat(root(again)).isEqualTo(before);
    }

    @Test
    void indexThatCannotBeWrittenCostsOnlyTime() throws IOException {
        Files.createDirectories(folder.resolve("index/in-the-way"));

        assertThat(measure(memory(HostMemory.Start.WITH_INDEX, 1)).pass())
                .isInstanceOf(Pass.Full.class);
    }
}

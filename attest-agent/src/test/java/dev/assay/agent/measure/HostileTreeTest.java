package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.HostTree;
import dev.assay.agent.MountTable;
import dev.assay.agent.collect.files.Crew;
import dev.assay.agent.collect.files.FoundNode;
import dev.assay.agent.collect.files.PosixWalk;
import dev.assay.agent.collect.files.Walk;
import dev.assay.agent.tree.FileTree;
import dev.assay.agent.tree.FolderBuilder;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Facts;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
class HostileTreeTest {
    private static final long SPARSE_BYTES = 80L << 20;

    private HostTree host;

    @BeforeEach
    void makeHost() throws IOException {
        host = HostTree.create();
    }

    @AfterEach
    void removeHost() throws IOException {
        host.close();
    }

    private Leaves leaves() throws IOException {
        return Measured.leaves(host, "fs immutable");
    }

    @Test
    void nameThatIsNoTextIsMeasured() throws IOException {
        Bytes directory = Bytes.ofHex("ff0a1b5b33");
        Bytes file = Bytes.ofHex("c328");
        host.deepFile(directory, file);

        NodePath path = CompiledScope.FILES.child(directory).child(file);
        assertThat(leaves().keySet())
                .containsExactly("fs", path.parent().toString(), path.toString());
    }

    @Test
    void nameOf255BytesIsMeasured() throws IOException {
        String name = "n".repeat(255);
        host.deepFile(Bytes.utf8(name));

        assertThat(leaves().keySet()).contains("fs/" + name);
    }

    @Test
    void pathTooLongForTheKernelIsMeasured() throws IOException {
        Bytes[] names = new Bytes[300];
        Arrays.fill(names, Bytes.utf8("directory-with-a-name"));
        names[299] = Bytes.utf8("file");
        host.deepFile(names);
        Bytes[] beside = names.clone();
        beside[150] = Bytes.utf8("z");
        host.deepFile(Arrays.copyOf(beside, 151));

        Leaves leaves = leaves();

        assertThat(leaves.keySet()).hasSize(302);
        assertThat(leaves.byPath().lastKey()).endsWith("/z");
        assertThat(leaves.values()).noneMatch(leaf -> leaf.kind().isUndetermined());
    }

    @Test
    void pathTooLongForATreeIsUnreadableAndNotPassedOver() throws IOException {
        Bytes[] names = new Bytes[300];
        Arrays.fill(names, Bytes.utf8("d".repeat(240)));
        host.deepFile(names);

        Measurement measurement = Measured.measure(host, "fs immutable");

        assertThat(measurement.undetermined()).isEqualTo(1);
    }

    @Test
    void linkToADirectoryIsNotEntered() throws IOException {
        host.link("loop", ".");
        host.link("proc", "/proc");

        assertThat(leaves().keySet()).containsExactly("fs", "fs/loop", "fs/proc");
    }

    @Test
    void pipeWithoutAWriterDoesNotHoldTheWalkUp() throws IOException {
        host.fifo("a");

        assertThat(leaves().get("fs/a").kind()).isEqualTo(Kind.FIFO);
    }

    @Test
    void manyFilesInOneDirectoryAreAllMeasured() throws IOException {
        Path many = host.directory("many");
        for (int i = 0; i < 20_000; i++) {
            Files.createFile(many.resolve("file-" + i));
        }

        assertThat(Measured.measure(host, "fs immutable").files()).isEqualTo(20_000);
    }

    @Test
    void fileThatGrowsDuringEveryReadIsUnstableAndHasNoDigest() throws IOException {
        Path file = sparse("flapping");
        Progress grow = (files, bytes) -> append(file);

        Leaf leaf = Leaves.of(measure(grow)).get("fs/flapping");

        assertThat(leaf.kind()).isEqualTo(Kind.UNSTABLE);
        assertThat(leaf.attributes().keySet()).containsExactly(Leaf.REASON);
    }

    @Test
    void fileThatGrowsDuringOneReadIsReadAgain() throws IOException {
        Path file = sparse("growing");
        AtomicBoolean once = new AtomicBoolean();
        Progress grow =
                (files, bytes) -> {
                    if (once.compareAndSet(false, true)) {
                        append(file);
                    }
                };

        Leaf leaf = Leaves.of(measure(grow)).get("fs/growing");

        assertThat(leaf.attribute(Leaf.SIZE).orElseThrow().lossyText())
                .isEqualTo(Long.toString(SPARSE_BYTES + 1));
    }

    /// Large enough that every read of it is reported while it lasts.
    private Path sparse(String name) throws IOException {
        Path file = host.file(name, "");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(SPARSE_BYTES);
        }
        return file;
    }

    private static void append(Path file) {
        try {
            Files.write(file, new byte[1], StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Measurement measure(Progress progress) throws IOException {
        CompiledScope scope = CompiledScope.of(Measured.scope("fs immutable"));
        return Measurer.of(scope, List.of(), Facts.NONE, KernelSource.NONE)
                .measure(host.root(), progress);
    }

    @Test
    void sameTreeHasTheSameRootEveryTime() throws IOException {
        for (int i = 0; i < 500; i++) {
            host.file("d" + i % 7 + "/e" + i % 11 + "/f" + i, "content " + i);
        }

        assertThat(Measured.measure(host, "fs immutable").set().roots())
                .isEqualTo(Measured.measure(host, "fs immutable").set().roots());
    }

    @Test
    void directoriesInEachOtherCostNoMemoryForEachOfTheirPaths() throws IOException {
        Bytes[] names = new Bytes[16_000];
        Arrays.fill(names, Bytes.utf8("d"));
        names[0] = Bytes.utf8("data");
        host.deepFile(names);
        AtomicLong most = new AtomicLong();
        host.file("zz", "told of when the walk has come back up");

        new PosixWalk()
                .run(host.root(), NodePath.of("fs"), usedMemory(most), new Crew(1, () -> {}));

        // Half of sixteen thousand squared is what the paths alone would weigh.
        assertThat(most.get()).isLessThan(100L << 20);
    }

    /// At the deepest file, after all that can be freed has been.
    private static Walk.Visitor<Boolean> usedMemory(AtomicLong most) {
        long before = liveBytes();
        return new Walk.Visitor<>() {
            @Override
            public Boolean visit(@Nullable Boolean parent, FoundNode node) {
                if (node.path().value().length() > 31_990) {
                    most.accumulateAndGet(liveBytes() - before, Math::max);
                }
                return true;
            }

            @Override
            public void undetermined(
                    @Nullable Boolean parent, FoundNode node, Kind kind, String reason) {
                throw new AssertionError(reason);
            }

            @Override
            public void undetermined(Boolean directory, Kind kind, String reason) {
                throw new AssertionError(reason);
            }

            @Override
            public void leftOut(Boolean parent, FoundNode node, String reason) {
                throw new AssertionError(reason);
            }

            @Override
            public void changing(Boolean directory) {
                throw new AssertionError("changing");
            }
        };
    }

    private static long liveBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void longPathsBeyondABoundAreSaidAndNotKept() throws IOException {
        makeTooManyLongPaths();

        Measurement measurement = Measured.measure(host, "fs immutable");

        assertThat(measurement.set().size()).isBetween(8000, 9000);
        assertThat(measurement.undetermined()).isEqualTo(1);
    }

    @ExtendWith(MountTable.Changed.class)
    @Test
    void directoryThatTheListingCallsAFileIsEntered() throws Exception {
        Path image = Files.createTempFile("assay", ".ext4");
        try {
            assumeTrue(runs("mkfs.ext4", "-q", "-O", "^metadata_csum", image.toString(), "4M"));
            assumeTrue(runs("mount", "-o", "loop", image.toString(), host.root().toString()));
            host.file("data/hidden-here/tool", "x", "rwxr-xr-x");
            runs("umount", host.root().toString());
            byte[] disk = Files.readAllBytes(image);
            String text = new String(disk, StandardCharsets.ISO_8859_1);
            // ext4_dir_entry_2: the type is the byte before the name; 2 is a directory, 1 a file.
            disk[text.indexOf("\u0002hidden-here")] = 1;
            Files.write(image, disk);
            assumeTrue(runs("mount", "-o", "loop", image.toString(), host.root().toString()));

            Leaves leaves = Measured.leaves(host, "fs/data data-only");

            assertThat(leaves.keySet()).contains("fs/data/hidden-here/tool");
        } finally {
            runs("umount", host.root().toString());
            Files.deleteIfExists(image);
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    /// Twelve thousand directories in each other have more long paths than are kept.
    private void makeTooManyLongPaths() throws IOException {
        Bytes[] names = new Bytes[12_000];
        Arrays.fill(names, Bytes.utf8("d"));
        host.deepFile(names);
    }

    private Measurement later(Pass pass) throws IOException {
        return BothWalks.systemCalls().measure(host, pass, Progress.NONE, "fs immutable");
    }

    @Test
    void whatLiesBelowARootWithTooManyLongPathsIsNotReadAgain() throws IOException {
        host.file("etc/passwd", "root");
        host.file("motd", "hello");
        makeTooManyLongPaths();
        Measurement first = later(new Pass.Full());

        Measurement second = later(new Pass.Incremental(BothWalks.tree(first)));

        assertThat(first.bytesRead()).isPositive();
        assertThat(second.bytesRead()).isZero();
        assertThat(second.undetermined()).isEqualTo(1);
        assertThat(second.set().roots()).isEqualTo(first.set().roots());
    }

    /// Names are missing below it: kept as it was but for its leaf, it would pass for whole.
    @Test
    void rootWithTooManyLongPathsStaysUndeterminedInAPartialPass() throws IOException {
        host.file("motd", "hello");
        makeTooManyLongPaths();
        FileTree first = BothWalks.tree(later(new Pass.Full()));
        Dirty dirty = new Dirty();
        dirty.add(CompiledScope.FILES.child(Bytes.utf8("motd")));

        Measurement second = later(new Pass.Partial(first, dirty));

        assertThat(second.undetermined()).isEqualTo(1);
    }

    @Test
    void fullDirectoryIsUndeterminedAndItsOtherNamesAreNotLookedAt() throws IOException {
        for (int i = 0; i < 100; i++) {
            host.file("many/file-" + i, "x");
        }
        host.file("beside", "x");
        FolderBuilder top = FolderBuilder.top(null, path -> {}, 1000);
        Readings readings = new Readings(1, Progress.NONE, BothWalks.LATER, Manners.HASTY, true);
        FileProjection files = new FileProjection(readings, List.of(), path -> {});
        CompiledScope scope = CompiledScope.of(Measured.scope("fs data-only"));
        TreeProjection projection =
                new TreeProjection(scope.files(), top, files, new Pass.Full(), inode -> {});

        new PosixWalk().run(host.root(), CompiledScope.FILES, projection, readings.crew());
        top.release();

        FileTree.Totals totals = top.tree().totals();
        assertThat(totals.undetermined()).isEqualTo(1);
        assertThat(totals.files()).isBetween(10L, 40L);
    }
}

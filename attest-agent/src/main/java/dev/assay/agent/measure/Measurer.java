package dev.assay.agent.measure;

import dev.assay.agent.collect.files.NoAnswerException;
import dev.assay.agent.collect.files.Walk;
import dev.assay.agent.collect.files.Walks;
import dev.assay.agent.tree.FileTree;
import dev.assay.agent.tree.FolderBuilder;
import dev.assay.agent.tree.Undetermined;
import dev.assay.baseline.Anchor;
import dev.assay.baseline.Coverage;
import dev.assay.measurement.Entry;
import dev.assay.scope.Facts;
import dev.assay.scope.MutabilityClass;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Measures a host: its files under a root, and its kernel's values, as a scope says.
public final class Measurer {
    /// More than a walk meets before it leaves the whole root alone.
    private static final int MAX_SILENT = 16;

    private final CompiledScope scope;
    private final List<Anchor> anchors;
    private final Facts facts;
    private final KernelSource kernel;
    private final Walk walk;
    private final int threads;
    private final InstantSource clock;
    private final Manners manners;

    private Measurer(
            CompiledScope scope,
            List<Anchor> anchors,
            Facts facts,
            KernelSource kernel,
            Walk walk,
            int threads,
            InstantSource clock,
            Manners manners) {
        this.manners = manners;
        this.scope = scope;
        this.anchors = List.copyOf(anchors);
        this.facts = facts;
        this.kernel = kernel;
        this.walk = walk;
        this.threads = threads;
        this.clock = clock;
    }

    /// @param anchors of append-only files, from the baseline; none when one is captured
    /// @param facts of the enrolment, which expectations refer to
    /// @param kernel not asked where the scope measures files alone
    public static Measurer of(
            CompiledScope scope, List<Anchor> anchors, Facts facts, KernelSource kernel) {
        int threads = Runtime.getRuntime().availableProcessors();
        return new Measurer(
                scope,
                anchors,
                facts,
                kernel,
                Walks.best(),
                threads,
                InstantSource.system(),
                Manners.HASTY);
    }

    /// The same with another walk, on so many threads, and by another clock.
    Measurer with(Walk otherWalk, int otherThreads, InstantSource otherClock) {
        return new Measurer(
                scope, anchors, facts, kernel, otherWalk, otherThreads, otherClock, manners);
    }

    /// The same with other manners.
    Measurer with(Manners other) {
        return new Measurer(scope, anchors, facts, kernel, walk, threads, clock, other);
    }

    /// All of the host.
    public Measurement measure(Path root, Progress progress) throws IOException {
        return measure(root, new Pass.Full(), progress);
    }

    /// @param root the host's root directory as it is seen from here
    /// @throws IOException where the root cannot be opened or the kernel source cannot be read at
    ///   all; whatever is wrong below becomes a leaf
    public Measurement measure(Path root, Pass pass, Progress progress) throws IOException {
        return complete(files(root, pass, progress));
    }

    /// With the kernel's values as they are now.
    ///
    /// @throws IOException where the kernel source cannot be read at all
    public Measurement complete(Files files) throws IOException {
        long start = System.nanoTime();
        KernelProjection.Outcome values =
                scope.measuresKernel()
                        ? new KernelProjection(scope, facts).project(kernel.collect())
                        : KernelProjection.Outcome.NONE;
        return measurement(files, values, files.nanos() + System.nanoTime() - start);
    }

    /// The files of one pass.
    ///
    /// @param tree null where the scope measures none
    /// @param touched immutable nodes that were written and are as they were, in tree order
    /// @param linked inodes that a partial pass found changed and that have other names
    public record Files(
            @Nullable FileTree tree,
            List<NodePath> touched,
            Set<Long> linked,
            long bytesRead,
            long nanos) {
        public Files {
            touched = List.copyOf(touched);
            linked = Set.copyOf(linked);
        }
    }

    /// The files alone. Where something does not answer, everything begins anew without it: whoever
    /// still waits for it has nothing that ends up in the result.
    ///
    /// @throws IOException where the root cannot be opened, or too much does not answer
    public Files files(Path root, Pass pass, Progress progress) throws IOException {
        long start = System.nanoTime();
        for (int silent = 0; ; silent++) {
            try {
                return files(root, pass, progress, start);
            } catch (NoAnswerException e) {
                if (silent == MAX_SILENT) {
                    throw e;
                }
            }
        }
    }

    private Files files(Path root, Pass pass, Progress progress, long start) throws IOException {
        NavigableSet<NodePath> touched = new ConcurrentSkipListSet<>();
        Set<Long> linked = ConcurrentHashMap.newKeySet();
        Readings readings =
                new Readings(threads(pass), progress, clock, manners, pass instanceof Pass.Full);
        FileTree tree =
                scope.files().mustEnter()
                        ? walk(root, pass, readings, touched::add, linked::add)
                        : null;
        return new Files(
                tree,
                touched.stream().limit(Measurement.MAX_TOUCHED).toList(),
                linked,
                readings.bytesRead(),
                System.nanoTime() - start);
    }

    /// A few files are looked at sooner than threads are started.
    private int threads(Pass pass) {
        return pass instanceof Pass.Partial ? 1 : threads;
    }

    private FileTree walk(
            Path root,
            Pass pass,
            Readings readings,
            Consumer<NodePath> touched,
            LongConsumer linked)
            throws IOException {
        FolderBuilder top = FolderBuilder.top(pass.earlier(), touched);
        FileProjection files = new FileProjection(readings, anchors, touched);
        walk.run(
                root,
                CompiledScope.FILES,
                new TreeProjection(scope.files(), top, files, pass, linked),
                readings.crew());
        top.release();
        FileTree found = top.tree();
        FileTree earlier = pass.earlier();
        return earlier != null && earlier.isSame(found) ? earlier : found;
    }

    private static Measurement measurement(
            Files measured, KernelProjection.Outcome values, long nanos) {
        FileTree files = measured.tree();
        FileTree.Totals totals = files == null ? FileTree.Totals.NONE : files.totals();
        Map<MutabilityClass, Coverage.Count> classes = new EnumMap<>(MutabilityClass.class);
        classes.putAll(totals.classes());
        values.looked()
                .forEach(
                        (mutability, looked) -> {
                            Coverage.Count more = new Coverage.Count(looked, 0);
                            classes.merge(mutability, more, Coverage.Count::plus);
                        });
        List<Coverage.NotMeasured> notMeasured =
                Stream.concat(totals.notMeasured().stream(), values.notMeasured().stream())
                        .limit(Coverage.MAX_NOT_MEASURED)
                        .toList();
        long undetermined =
                values.entries().stream().filter(Measurer::isUndetermined).count()
                        + totals.undetermined();
        return new Measurement(
                new MeasuredSet(files, values.entries()),
                new Coverage(classes, notMeasured),
                totals.files(),
                totals.notMeasuredCount() + values.notMeasured().size(),
                measured.bytesRead(),
                files == null ? null : files.oldestRead(),
                measured.touched(),
                files,
                nanos / 1e9,
                undetermined,
                values.broken(),
                values.factValues());
    }

    private static boolean isUndetermined(Entry entry) {
        byte[] leaf = entry.encoded().toArray();
        return Undetermined.is(leaf, 0, leaf.length);
    }
}

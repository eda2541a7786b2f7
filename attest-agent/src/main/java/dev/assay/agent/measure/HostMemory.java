package dev.assay.agent.measure;

import static java.util.Objects.requireNonNull;

import dev.assay.agent.tree.FileTree;
import dev.assay.agent.tree.IndexFile;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files of a host as they were measured last, so that the next measurement reads only what it
/// must: what tells of a change, what a watcher named, and a part of the rest in an order that
/// nobody can foresee, so that within a period all of it was read again.
///
/// Not for several threads.
public final class HostMemory {
    /// One for each scope that baselines of a rollout may have at a time.
    private static final int MAX_TREES = 2;

    /// However well a host is watched, it is looked at wholly after this time.
    private static final Duration LOOK_AT_ALL = Duration.ofMinutes(10);

    /// Expected readings of a file in one period, by chance alone; the few that chance leaves are
    /// read when nine tenths of it are over.
    private static final double READINGS_PER_PERIOD = 3;

    private static final double LATEST = 0.9;

    /// At a time of what is overdue, and of the rest: enough for the whole of any host within the
    /// period, or what comes last in the tree would never have its turn.
    private static final double MOST_READINGS_PER_PERIOD = 2 * READINGS_PER_PERIOD;

    private static final double MOST_SHARE = 0.05;

    /// Five minutes of a day: to choose takes a look at every name, and so does counting a tree of
    /// which something was read again.
    private static final double LEAST_SHARE = 1.0 / 288;

    private static final long LEAST_REREAD_COST = 1L << 30;

    /// More changed names than these between two looks: then all is looked at.
    private static final int MAX_NOTED = 100_000;

    /// A file that was read later than it is now was read by a clock that somebody set back since,
    /// and would be young for as long as he likes.
    private static final int CLOCKS_DIFFER_SECONDS = 5;

    private static final class Remembered {
        FileTree tree;
        Dirty dirty = new Dirty();
        int noted;
        boolean all;
        long lookedNanos;
        long readNanos;

        Remembered(FileTree tree) {
            this.tree = tree;
        }
    }

    private final Path root;
    private final @Nullable Path index;
    private final Start start;
    private final Duration period;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;
    private final Map<Digest, Remembered> trees = new LinkedHashMap<>(4, 0.75f, true);
    private Manners manners = Manners.HASTY;
    private boolean watched;
    private @Nullable FileTree written;

    /// The period in which a host is read once more unless something else is said.
    public static final Duration USUAL_PERIOD = Duration.ofHours(24);

    /// What the first measurement begins from.
    public enum Start {
        /// Everything is read, whatever there is on disk; the index is only written.
        AFRESH,
        WITH_INDEX
    }

    /// With the usual period and the system's clock.
    ///
    /// @param index null for nowhere
    public static HostMemory of(Path root, @Nullable Path index, Start start) {
        return of(root, index, start, USUAL_PERIOD);
    }

    /// With the system's clock.
    public static HostMemory of(Path root, @Nullable Path index, Start start, Duration period) {
        return new HostMemory(
                root, index, start, period, InstantSource.system(), new SecureRandom());
    }

    /// @param index where the last tree is kept for the next start; null for nowhere
    /// @param period within which all content is read again
    public HostMemory(
            Path root,
            @Nullable Path index,
            Start start,
            Duration period,
            InstantSource clock,
            RandomGenerator random) {
        this(root, index, start, period, clock, random, System::nanoTime);
    }

    /// @param nanoTime as {@link System#nanoTime}: who sets the clock does not stop the rereading
    HostMemory(
            Path root,
            @Nullable Path index,
            Start start,
            Duration period,
            InstantSource clock,
            RandomGenerator random,
            LongSupplier nanoTime) {
        this.root = root;
        this.index = index;
        this.start = start;
        this.period = period;
        this.clock = clock;
        this.random = random;
        this.nanoTime = nanoTime;
    }

    /// From now on, looks at everything with these manners.
    public HostMemory with(Manners other) {
        manners = other;
        return this;
    }

    /// What one measurement looked at.
    public record Measured(Measurement measurement, Pass pass) {}

    /// Whether somebody tells of changes from now on. Where nobody does, all is looked at each
    /// time.
    public void watched(boolean by) {
        boolean changed = watched != by;
        watched = by;
        if (changed) {
            trees.values().forEach(remembered -> remembered.all = true);
        }
    }

    /// Changes that somebody saw.
    ///
    /// @param lost whether there are more than these
    public void note(Collection<NodePath> changed, boolean lost) {
        for (Remembered remembered : trees.values()) {
            remembered.noted += changed.size();
            remembered.all |= lost || remembered.noted > MAX_NOTED;
            // What is looked at wholly needs no names; nobody may come for them for long.
            if (!remembered.all) {
                changed.forEach(remembered.dirty::add);
            }
        }
    }

    /// Looks at what was noted, and at nothing else.
    ///
    /// @return null where nothing is remembered or all is to be looked at
    public Measurer.@Nullable Files lookAtNoted(Digest key, Measurer measurer) throws IOException {
        Remembered remembered = trees.get(key);
        if (remembered == null || remembered.all || !watched) {
            return null;
        }
        Pass pass = new Pass.Partial(remembered.tree, take(remembered));
        // What a watcher named is looked at as fast as can be.
        return look(remembered, measurer, pass);
    }

    /// @param key of {@link IndexKey}
    public Measured measure(Digest key, Measurer measurer) throws IOException {
        Remembered remembered = trees.get(key);
        if (remembered == null) {
            Optional<FileTree> kept =
                    index == null || start == Start.AFRESH
                            ? Optional.empty()
                            : readIndex(index, key);
            if (kept.isEmpty()) {
                return first(key, measurer, new Pass.Full());
            }
            written = kept.get();
            Dirty dirty = new Dirty();
            addOverdue(kept.get(), LEAST_REREAD_COST, dirty);
            return first(key, measurer, new Pass.Incremental(kept.get(), dirty));
        }
        boolean all = remembered.all || !watched || isLongAgo(remembered.lookedNanos);
        Dirty dirty = take(remembered);
        addRereads(remembered, dirty);
        Pass pass =
                all
                        ? new Pass.Incremental(remembered.tree, dirty)
                        : new Pass.Partial(remembered.tree, dirty);
        Measurer.Files files = look(remembered, measurer.with(manners), pass);
        if (all) {
            looked(key, remembered);
        }
        return new Measured(measurer.complete(files), pass);
    }

    private Measured first(Digest key, Measurer measurer, Pass pass) throws IOException {
        Measurement measurement = measurer.with(manners).measure(root, pass, Progress.NONE);
        FileTree tree = measurement.tree();
        if (tree != null) {
            Remembered remembered = new Remembered(tree);
            // Between the first look and the first watcher's hint nobody was there to see.
            remembered.all = !watched;
            remembered.readNanos = nanoTime.getAsLong();
            trees.put(key, remembered);
            Iterator<Remembered> eldest = trees.values().iterator();
            while (trees.size() > MAX_TREES) {
                eldest.next();
                eldest.remove();
            }
            looked(key, remembered);
        }
        return new Measured(measurement, pass);
    }

    private void looked(Digest key, Remembered remembered) {
        remembered.lookedNanos = nanoTime.getAsLong();
        if (index != null && (written == null || !written.isSame(remembered.tree))) {
            writeIndex(index, key, remembered.tree);
        }
    }

    private boolean isLongAgo(long nanos) {
        return nanoTime.getAsLong() - nanos > LOOK_AT_ALL.toNanos();
    }

    private static Dirty take(Remembered remembered) {
        Dirty dirty = remembered.dirty;
        remembered.dirty = new Dirty();
        remembered.noted = 0;
        return dirty;
    }

    /// Where it fails, all is to be looked at: what was noted is taken.
    private Measurer.Files look(Remembered remembered, Measurer measurer, Pass pass)
            throws IOException {
        remembered.all = true;
        Measurer.Files files = measurer.files(root, pass, Progress.NONE);
        if (files.tree() != null && !files.linked().isEmpty()) {
            files = lookAtOtherNames(files, measurer);
        }
        if (files.tree() != null) {
            remembered.tree = files.tree();
        }
        remembered.all = false;
        return files;
    }

    /// What was written by one name has changed by all, and a watcher tells only the one: it may be
    /// a name of a place where anything may be written.
    private Measurer.Files lookAtOtherNames(Measurer.Files first, Measurer measurer)
            throws IOException {
        FileTree tree = requireNonNull(first.tree());
        Dirty dirty = new Dirty();
        tree.namesOf(first.linked()).forEach(dirty::add);
        Measurer.Files others = measurer.files(root, new Pass.Partial(tree, dirty), Progress.NONE);
        return new Measurer.Files(
                others.tree(),
                Stream.concat(first.touched().stream(), others.touched().stream())
                        .distinct()
                        .sorted()
                        .limit(Measurement.MAX_TOUCHED)
                        .toList(),
                Set.of(),
                first.bytesRead() + others.bytesRead(),
                first.nanos() + others.nanos());
    }

    private void addRereads(Remembered remembered, Dirty dirty) {
        long now = nanoTime.getAsLong();
        double share = (now - remembered.readNanos) / (double) period.toNanos();
        if (share < LEAST_SHARE) {
            return;
        }
        remembered.readNanos = now;
        FileTree tree = remembered.tree;
        double most = Math.min(share, MOST_SHARE) * MOST_READINGS_PER_PERIOD * tree.rereadCost();
        long maxCost = Math.max(LEAST_REREAD_COST, (long) most);
        addOverdue(tree, maxCost, dirty);
        long ahead = clock.instant().getEpochSecond() + CLOCKS_DIFFER_SECONDS;
        LongPredicate chance = byChance(Math.min(1, share * READINGS_PER_PERIOD));
        tree.filesReadAt(readAt -> chance.test(readAt) || readAt > ahead, maxCost)
                .forEach(dirty::reread);
    }

    private void addOverdue(FileTree tree, long maxCost, Dirty dirty) {
        long due = clock.instant().getEpochSecond() - (long) (period.toSeconds() * LATEST);
        Long oldest = tree.oldestRead();
        if (oldest != null && oldest < due) {
            tree.filesReadAt(readAt -> readAt < due, maxCost).forEach(dirty::reread);
        }
    }

    /// Each with the same chance, by drawing how many are left out until the next: randomness that
    /// nobody can foresee is dear.
    private LongPredicate byChance(double chance) {
        LongSupplier gap =
                chance >= 1
                        ? () -> 0
                        : () -> (long) (Math.log1p(-random.nextDouble()) / Math.log1p(-chance));
        long[] left = {gap.getAsLong()};
        return readAt -> {
            if (left[0]-- > 0) {
                return false;
            }
            left[0] = gap.getAsLong();
            return true;
        };
    }

    private static Optional<FileTree> readIndex(Path index, Digest key) {
        try {
            return IndexFile.read(index, key);
        } catch (IOException | RuntimeException e) {
            // Nothing rests on it but time, also where somebody wrote a wrong one with care.
            return Optional.empty();
        }
    }

    private void writeIndex(Path index, Digest key, FileTree tree) {
        try {
            IndexFile.write(index, key, tree);
            written = tree;
        } catch (IOException e) {
            // Nothing rests on it but time: a full disk must not keep the host from attesting.
            written = null;
        }
    }
}

package dev.assay.agent.measure;

import dev.assay.baseline.Coverage;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.MutabilityClass;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// What the threads of one measurement found so far. Safe for all of them.
final class Findings {
    private static final int FILES_PER_REPORT = 256;
    private static final long BYTES_PER_REPORT = 64L << 20;

    /// Kept before the first ones in tree order are chosen: a scope may leave out a million paths.
    private static final int MAX_KEPT_NOT_MEASURED = 10_000;

    private static final int MAX_PATH_CHARS = 4000;

    /// As PATH_MAX of linux/limits.h: nobody can name a thing with a longer path at once.
    private static final int LONG_PATH_BYTES = 4096;

    /// Thirty thousand directories in each other, which any user may make, have paths of a
    /// gigabyte.
    private static final long MAX_LONG_PATHS_BYTES = 64L << 20;

    private static final class Tally {
        final LongAdder entries = new LongAdder();
        final LongAdder bytes = new LongAdder();
    }

    private record LeftOut(NodePath path, String reason) {}

    private final Progress progress;
    private final List<Entry> entries = new ArrayList<>();
    private long longPathsBytes;
    private final List<LeftOut> notMeasured = new ArrayList<>();
    private long notMeasuredCount;
    private final Map<MutabilityClass, Tally> tallies = new EnumMap<>(MutabilityClass.class);
    private long files;
    private long bytesRead;
    private long bytesReported;

    Findings(Progress progress) {
        this.progress = progress;
        for (MutabilityClass mutability : MutabilityClass.values()) {
            tallies.put(mutability, new Tally());
        }
    }

    void add(NodePath path, Leaf leaf) {
        Entry entry = Entry.of(path, leaf);
        synchronized (entries) {
            entries.add(isTooMuch(path) ? TOO_MANY_LONG_PATHS : entry);
        }
    }

    /// Those that came before stay, so that this never takes a drift away; and no golden host has
    /// so many, because no baseline can be captured of it.
    private boolean isTooMuch(NodePath path) {
        int length = path.value().length();
        longPathsBytes += length > LONG_PATH_BYTES ? length : 0;
        return length > LONG_PATH_BYTES && longPathsBytes > MAX_LONG_PATHS_BYTES;
    }

    private static final Entry TOO_MANY_LONG_PATHS =
            Entry.of(
                    CompiledScope.FILES,
                    Leaf.ofReason(Kind.UNREADABLE, "holds too many long paths"));

    void undetermined(NodePath path, Kind kind, String reason) {
        add(path, Leaf.ofReason(kind, reason));
    }

    void notMeasured(NodePath path, String reason) {
        synchronized (notMeasured) {
            notMeasuredCount++;
            if (notMeasured.size() < MAX_KEPT_NOT_MEASURED) {
                notMeasured.add(new LeftOut(path, reason));
            }
        }
    }

    /// Something was looked at under a class.
    void looked(MutabilityClass mutability) {
        tally(mutability).entries.increment();
    }

    private Tally tally(MutabilityClass mutability) {
        return Objects.requireNonNull(tallies.get(mutability));
    }

    /// A regular file was looked at wholly.
    ///
    /// @param bytes of content that its leaf covers
    void coveredFile(MutabilityClass mutability, long bytes) {
        tally(mutability).bytes.add(bytes);
        synchronized (progress) {
            files++;
            if (files % FILES_PER_REPORT == 0) {
                progress.reached(files, bytesRead);
            }
        }
    }

    void read(long bytes) {
        synchronized (progress) {
            bytesRead += bytes;
            if (bytesRead - bytesReported >= BYTES_PER_REPORT) {
                bytesReported = bytesRead;
                progress.reached(files, bytesRead);
            }
        }
    }

    /// When all threads are done.
    Measurement finish(long startNanos, KernelProjection.Outcome kernel) {
        Collections.sort(entries);
        List<Entry> unique = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            boolean again = !unique.isEmpty() && unique.getLast().path().equals(entry.path());
            if (again) {
                unique.set(unique.size() - 1, merge(unique.getLast(), entry));
            } else {
                unique.add(entry);
            }
        }
        return new Measurement(
                MeasurementSet.of(unique),
                coverage(),
                files,
                notMeasuredCount,
                bytesRead,
                (System.nanoTime() - startNanos) / 1e9,
                unique.stream().filter(Findings::isUndetermined).count(),
                kernel.broken(),
                kernel.factValues());
    }

    private Coverage coverage() {
        Map<MutabilityClass, Coverage.Count> counts = new EnumMap<>(MutabilityClass.class);
        tallies.forEach(
                (mutability, tally) -> {
                    if (tally.entries.sum() > 0) {
                        counts.put(
                                mutability,
                                new Coverage.Count(tally.entries.sum(), tally.bytes.sum()));
                    }
                });
        List<Coverage.NotMeasured> first =
                notMeasured.stream()
                        .sorted(Comparator.comparing(LeftOut::path))
                        .limit(Coverage.MAX_NOT_MEASURED)
                        .map(out -> new Coverage.NotMeasured(brief(out.path()), out.reason()))
                        .toList();
        return new Coverage(counts, first);
    }

    private static String brief(NodePath path) {
        String text = path.toString();
        return text.length() <= MAX_PATH_CHARS ? text : text.substring(0, MAX_PATH_CHARS) + "…";
    }

    /// A directory that changes can list a name twice, and one that was found readable can refuse
    /// its list: what could not be determined wins, and two different answers are no answer.
    private static Entry merge(Entry first, Entry second) {
        if (isUndetermined(first) || first.encoded().equals(second.encoded())) {
            return first;
        }
        return isUndetermined(second)
                ? second
                : Entry.of(first.path(), Leaf.ofReason(Kind.UNSTABLE, "listed twice"));
    }

    private static final Bytes UNREADABLE = Leaf.of(Kind.UNREADABLE, Map.of()).encode();
    private static final Bytes UNSTABLE = Leaf.of(Kind.UNSTABLE, Map.of()).encode();

    /// By the leaf's first frame, its kind, without decoding a million leaves.
    private static boolean isUndetermined(Entry entry) {
        return startsWith(entry.encoded(), UNREADABLE) || startsWith(entry.encoded(), UNSTABLE);
    }

    private static boolean startsWith(Bytes bytes, Bytes prefix) {
        if (bytes.length() < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (bytes.at(i) != prefix.at(i)) {
                return false;
            }
        }
        return true;
    }
}

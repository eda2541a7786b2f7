package dev.assay.agent.measure;

import dev.assay.agent.tree.FileTree;
import dev.assay.measurement.Entry;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.Digest;
import dev.assay.tree.TreeFold;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A host's files, packed, and its kernel's values. In tree order the files come first: no other
/// subtree has a name before `fs`.
final class MeasuredSet implements MeasurementSet {
    private final @Nullable FileTree files;
    private final List<Entry> others;

    /// @param others in tree order
    MeasuredSet(@Nullable FileTree files, List<Entry> others) {
        this.files = files;
        this.others = others;
        if (files != null
                && !others.isEmpty()
                && others.getFirst().path().compareTo(CompiledScope.FILES) <= 0) {
            throw new IllegalStateException(others.getFirst().path() + " comes before the files");
        }
    }

    @Override
    public int size() {
        return (files == null ? 0 : files.size()) + others.size();
    }

    @Override
    public Iterator<Entry> iterator() {
        return files == null ? others.iterator() : withOthers(files);
    }

    private Iterator<Entry> withOthers(Iterable<Entry> ofFiles) {
        return Stream.concat(StreamSupport.stream(ofFiles.spliterator(), false), others.stream())
                .iterator();
    }

    /// Without the folders that both have alike: after one change those few on the way to it.
    @Override
    public Iterable<Entry> unlike(MeasurementSet other) {
        FileTree mine = files;
        FileTree its = files(other);
        return mine != null && its != null ? () -> withOthers(mine.unlike(its)) : this;
    }

    @Override
    public MeasurementSet sharing(MeasurementSet other) {
        FileTree its = files(other);
        return files != null && its != null ? new MeasuredSet(files.sharing(its), others) : this;
    }

    private static @Nullable FileTree files(MeasurementSet set) {
        return set instanceof MeasuredSet measured ? measured.files : null;
    }

    @Override
    public Roots roots() {
        TreeMap<String, Digest> subtrees = new TreeMap<>();
        TreeFold fold =
                new TreeFold(
                        (path, digest) -> {
                            if (!path.isRoot() && path.parent().isRoot()) {
                                subtrees.put(path.toString(), digest);
                            }
                        });
        Digest root = files == null ? null : files.digest(CompiledScope.FILES.toString());
        if (root != null) {
            subtrees.put(CompiledScope.FILES.toString(), root);
            fold.addSubtree(CompiledScope.FILES, root);
        }
        others.forEach(entry -> fold.add(entry.path(), entry.encoded()));
        return new Roots(fold.finish(), subtrees);
    }
}

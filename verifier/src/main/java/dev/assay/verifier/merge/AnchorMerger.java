package dev.assay.verifier.merge;

import dev.assay.baseline.Anchor;
import dev.assay.tree.NodePath;
import dev.assay.verifier.collect.CapturedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the append-only files begin with: of each the shortest, as {@link TreeMerger} keeps it.
final class AnchorMerger implements PartMerger<List<Anchor>> {
    @Override
    public Joined<List<Anchor>> join(List<CapturedFile> captures) {
        SortedMap<NodePath, Anchor> shortest = new TreeMap<>();
        for (CapturedFile capture : captures) {
            for (Anchor anchor : capture.baseline().anchors()) {
                shortest.merge(
                        anchor.path(),
                        anchor,
                        (one, other) -> one.length() <= other.length() ? one : other);
            }
        }
        return new Joined<>(new ArrayList<>(shortest.values()), List.of(), 0, List.of());
    }
}

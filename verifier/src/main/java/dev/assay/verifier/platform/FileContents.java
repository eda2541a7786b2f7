package dev.assay.verifier.platform;

import dev.assay.baseline.Baseline;
import dev.assay.ima.ExecutedPath;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// Looks files up in a baseline's manifest, which is outside.
public interface FileContents {
    /// @param contents of the files whose path was asked for, as {@link ExecutedPath#ofTree} gives it
    /// @param places one for each of the contents that were asked for and that some file has
    record Found(Map<NodePath, Set<Digest>> contents, Map<Digest, NodePath> places) {}

    /// @throws IOException where the manifest cannot be read: the verifier's fault
    Found find(Baseline baseline, Set<NodePath> paths, Set<Digest> contents) throws IOException;
}

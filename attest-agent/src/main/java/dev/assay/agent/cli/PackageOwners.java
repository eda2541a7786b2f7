package dev.assay.agent.cli;

import dev.assay.tree.NodePath;
import java.util.Collection;
import java.util.Map;

/// Which package of the host's own database a path belongs to: a hint for people, never proof.
interface PackageOwners {
    PackageOwners NONE = paths -> Map.of();

    /// @param paths of the tree, below `fs`
    /// @return name and version, of those that a package names
    Map<NodePath, String> of(Collection<NodePath> paths);
}

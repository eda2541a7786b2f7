package dev.assay.agent.cli;

import dev.assay.agent.measure.CompiledScope;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Which package of the host's own database a path belongs to: a hint for people, never proof.
interface PackageOwners {
    PackageOwners NONE = paths -> Map.of();

    /// @param paths of the tree, below `fs`
    /// @return name and version, of those that a package names
    Map<NodePath, String> of(Collection<NodePath> paths);

    /// @param root the host's
    static PackageOwners ofHost(Path root) {
        return paths -> {
            Map<Bytes, NodePath> asked = new HashMap<>();
            Bytes slash = Bytes.utf8("/");
            for (NodePath path : paths) {
                asked.put(slash.plus(path.relativeTo(CompiledScope.FILES).value()), path);
            }
            Map<NodePath, String> owners = new HashMap<>();
            dev.assay.agent.collect.packages.PackageOwners.of(root)
                    .lookup(asked.keySet())
                    .forEach(
                            (path, owner) -> {
                                NodePath node = asked.get(path);
                                if (node != null) {
                                    owners.put(node, owner);
                                }
                            });
            return owners;
        };
    }
}

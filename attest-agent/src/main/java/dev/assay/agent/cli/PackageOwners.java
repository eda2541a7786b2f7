package dev.assay.agent.cli;

import static java.util.Objects.requireNonNull;

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

    /// @param root the host's root directory, in which its package database lies
    static PackageOwners ofHost(Path root) {
        var packages = dev.assay.agent.collect.packages.PackageOwners.of(root);
        Bytes slash = Bytes.utf8("/");
        return paths -> {
            Map<Bytes, NodePath> asked = new HashMap<>();
            for (NodePath path : paths) {
                if (!path.equals(CompiledScope.FILES)) {
                    asked.put(slash.plus(path.relativeTo(CompiledScope.FILES).value()), path);
                }
            }
            Map<NodePath, String> owners = new HashMap<>();
            packages.lookup(asked.keySet())
                    .forEach((file, owner) -> owners.put(requireNonNull(asked.get(file)), owner));
            return owners;
        };
    }

    /// @param paths of the tree, `fs` and below
    /// @return name and version, of those that a package names
    Map<NodePath, String> of(Collection<NodePath> paths);
}

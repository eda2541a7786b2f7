package dev.assay.agent.measure;

import dev.assay.agent.tree.FolderBuilder;
import dev.assay.agent.tree.Known;
import dev.assay.bytes.Bytes;
import dev.assay.scope.MutabilityClass;
import dev.assay.tree.NodePath;
import org.jspecify.annotations.Nullable;

/// Where a name that is projected stands.
///
/// @param folder that its record goes to
/// @param mutability null where no rule covers it
/// @param before what an earlier look found under the name
/// @param lookedAt seconds since 1970, before anything was asked of it
record Spot(
        FolderBuilder folder,
        Bytes name,
        NodePath path,
        @Nullable MutabilityClass mutability,
        Known.@Nullable Found before,
        int lookedAt) {}

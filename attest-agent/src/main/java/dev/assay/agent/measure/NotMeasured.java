package dev.assay.agent.measure;

import dev.assay.tree.NodePath;

/// A path that is there and that nothing was measured of, nor of what is below; and why.
public record NotMeasured(NodePath path, String reason) {}

package dev.assay.agent.watch;

import dev.assay.tree.NodePath;
import org.jspecify.annotations.Nullable;

/// A node (`fs/usr/bin/ls`) whose content, attributes or existence may have changed. Where it is a
/// directory, all that lies below it may have: it can have been moved there, or mounted over, or
/// stand for more paths than are kept.
///
/// @param culprit of one of the changes, where that is known
public record Hint(NodePath path, @Nullable Culprit culprit) {}

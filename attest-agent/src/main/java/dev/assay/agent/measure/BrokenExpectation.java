package dev.assay.agent.measure;

import dev.assay.measurement.Leaf;
import dev.assay.scope.Expectation;
import dev.assay.tree.NodePath;
import java.util.Optional;

/// A kernel value that is not what the scope expects.
///
/// @param actual empty where there is none
public record BrokenExpectation(NodePath path, Expectation expectation, Optional<Leaf> actual) {}

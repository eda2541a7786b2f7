/// Observations of a host to measurements: each thing's class decides what of it enters the tree.
@NullMarked
package dev.assay.agent.measure;

import org.jspecify.annotations.NullMarked;

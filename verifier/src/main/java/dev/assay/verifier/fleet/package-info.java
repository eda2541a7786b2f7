/// Hosts, groups, baselines and their lifecycle.
@NullMarked
package dev.assay.verifier.fleet;

import org.jspecify.annotations.NullMarked;

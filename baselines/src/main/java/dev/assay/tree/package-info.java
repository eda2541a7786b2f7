/// Digests and the Merkle tree of named nodes. Knows names and digests, not files.
@NullMarked
package dev.assay.tree;

import org.jspecify.annotations.NullMarked;

/// The agent as people install it: its folder, its user, its image.
@NullMarked
package dev.assay.dist;

import org.jspecify.annotations.NullMarked;

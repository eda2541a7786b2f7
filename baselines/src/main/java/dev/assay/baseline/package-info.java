/// The baseline document, its manifest, the file that carries both, and the comparison of trees.
@NullMarked
package dev.assay.baseline;

import org.jspecify.annotations.NullMarked;

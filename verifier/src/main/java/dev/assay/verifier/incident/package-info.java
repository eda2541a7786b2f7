/// What drifted alike: which hosts, since when, whose files, and what it looks like.
@NullMarked
package dev.assay.verifier.incident;

import org.jspecify.annotations.NullMarked;

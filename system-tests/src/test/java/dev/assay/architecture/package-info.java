/// The rules of ARCHITECTURE.md that a compiler does not hold: which way imports run, which
/// packages are pure, and the one home of each library.
@NullMarked
package dev.assay.architecture;

import org.jspecify.annotations.NullMarked;

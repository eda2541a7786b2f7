/// What hosts showed of themselves before they were reset: taken in once for each reset, kept for a
/// while, given to operators. Unattested, so that nothing here ever changes a verdict.
@NullMarked
package dev.assay.verifier.exhibit;

import org.jspecify.annotations.NullMarked;

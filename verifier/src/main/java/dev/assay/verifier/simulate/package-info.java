/// The real policy, breaker, ladder and lifecycle over a fleet that is only imagined, in a time
/// that is counted and not waited for: what would become of a fleet, before it does.
@NullMarked
package dev.assay.verifier.simulate;

import org.jspecify.annotations.NullMarked;

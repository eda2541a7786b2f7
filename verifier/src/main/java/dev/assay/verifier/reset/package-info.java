/// The relying party: when a host is reset, and by whom.
@NullMarked
package dev.assay.verifier.reset;

import org.jspecify.annotations.NullMarked;

/// The verifier as one object: its services, wired.
@NullMarked
package dev.assay.verifier;

import org.jspecify.annotations.NullMarked;

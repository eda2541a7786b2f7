/// Bytes and a challenge in, authentic evidence out.
@NullMarked
package dev.assay.verifier.intake;

import org.jspecify.annotations.NullMarked;

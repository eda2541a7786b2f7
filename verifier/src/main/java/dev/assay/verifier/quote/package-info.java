/// A quote held against what was asked of its TPM.
@NullMarked
package dev.assay.verifier.quote;

import org.jspecify.annotations.NullMarked;

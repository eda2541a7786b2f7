/// Attestation results: EAR, signed and short-lived.
@NullMarked
package dev.assay.verifier.verdict;

import org.jspecify.annotations.NullMarked;

/// The two ways in which the verifier says no to a request: who sends it, and what it asks for.
@NullMarked
package dev.assay.verifier.refusal;

import org.jspecify.annotations.NullMarked;

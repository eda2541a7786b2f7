/// What people read of drifts: one home, so that the agent, the verifier and the demo say the same
/// of the same thing.
@NullMarked
package dev.assay.text;

import org.jspecify.annotations.NullMarked;

/// The loop: the state folder, the trust root and the baselines that are followed, enrolment, one
/// round of attesting, and when the next one is due.
@NullMarked
package dev.assay.agent.daemon;

import org.jspecify.annotations.NullMarked;

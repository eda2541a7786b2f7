/// Notices what changes below the root while it is not measured. What it tells decides when
/// something is looked at, never what is found.
@NullMarked
package dev.assay.agent.watch;

import org.jspecify.annotations.NullMarked;

/// What a host that is about to be reset shows of itself: files that had drifted, what ran, what
/// spoke to whom. Unattested, bounded in time and size, for people.
@NullMarked
package dev.assay.agent.exhibit;

import org.jspecify.annotations.NullMarked;

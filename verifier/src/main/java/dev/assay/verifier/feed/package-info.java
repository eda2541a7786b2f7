/// The durable feed of events.
@NullMarked
package dev.assay.verifier.feed;

import org.jspecify.annotations.NullMarked;

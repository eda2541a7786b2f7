/// The whole loop with real processes: a verifier, agents, folders that are hosts, and TLS between.
@NullMarked
package dev.assay.loop;

import org.jspecify.annotations.NullMarked;

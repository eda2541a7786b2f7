/// What agent and verifier say to each other: evidence, and the requests and answers around it.
@NullMarked
package dev.assay.evidence;

import org.jspecify.annotations.NullMarked;

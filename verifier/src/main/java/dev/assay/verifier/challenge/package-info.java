/// Freshness: nonces that prove when, by whom and for what they were asked for.
@NullMarked
package dev.assay.verifier.challenge;

import org.jspecify.annotations.NullMarked;

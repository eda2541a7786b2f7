/// From measurements and a nonce to signed evidence: which active baseline the host matches, what
/// has drifted where it matches none, and the envelope that says so.
@NullMarked
package dev.assay.agent.attest;

import org.jspecify.annotations.NullMarked;

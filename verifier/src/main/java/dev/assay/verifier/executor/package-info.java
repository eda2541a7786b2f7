/// Ways to the world outside, as the site sets them up: what resets a host without asking it, and
/// what may say "not now".
@NullMarked
package dev.assay.verifier.executor;

import org.jspecify.annotations.NullMarked;

/// The agent's `capture`, `measure` and `check` as a user runs them: the jar, on real files and on
/// hosts that are folders.
@NullMarked
package dev.assay.check;

import org.jspecify.annotations.NullMarked;

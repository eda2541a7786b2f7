/// Obeying a signed reset order: whether to, and how.
@NullMarked
package dev.assay.agent.reset;

import org.jspecify.annotations.NullMarked;

/// Fixtures of the agent's tests.
@NullMarked
package dev.assay.agent;

import org.jspecify.annotations.NullMarked;

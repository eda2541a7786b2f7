/// The agent's commands: options, what is printed, exit codes. What they do lives elsewhere.
@NullMarked
package dev.assay.agent.cli;

import org.jspecify.annotations.NullMarked;

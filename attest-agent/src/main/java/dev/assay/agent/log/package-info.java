/// One line an event, as key=value, to stderr.
@NullMarked
package dev.assay.agent.log;

import org.jspecify.annotations.NullMarked;

/// Reads the kernel's configuration from `/proc` and `/sys`, or from a captured copy of them. All
/// of it is hostile: whoever has the host can put any bytes, any number of them, into most of it.
@NullMarked
package dev.assay.agent.collect.kernel;

import org.jspecify.annotations.NullMarked;

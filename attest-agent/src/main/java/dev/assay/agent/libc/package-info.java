/// The kernel's own interface: the one home of calls out of the Java runtime.
@NullMarked
package dev.assay.agent.libc;

import org.jspecify.annotations.NullMarked;

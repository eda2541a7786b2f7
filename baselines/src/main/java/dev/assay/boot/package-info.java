/// What firmware and boot loader say they measured into the PCRs: the TCG event log.
@NullMarked
package dev.assay.boot;

import org.jspecify.annotations.NullMarked;

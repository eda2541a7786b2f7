/// Puts together what a quote, a boot log and an IMA list say of one machine.
@NullMarked
package dev.assay.verifier.platform;

import org.jspecify.annotations.NullMarked;

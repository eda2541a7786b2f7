/// The commands that read what a TPM wrote, with a software TPM and tpm2-tools.
@NullMarked
package dev.assay.quote;

import org.jspecify.annotations.NullMarked;

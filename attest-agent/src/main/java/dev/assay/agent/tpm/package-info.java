/// The host's TPM 2.0: commands over its device or a software TPM's socket (TPM 2.0 Library, part
/// 3), and what an attester needs of it.
@NullMarked
package dev.assay.agent.tpm;

import org.jspecify.annotations.NullMarked;

/// TPM 2.0: its structures as they go over the wire, PCRs and how they are extended (TPM 2.0
/// Library, parts 1 and 2).
@NullMarked
package dev.assay.tpm;

import org.jspecify.annotations.NullMarked;

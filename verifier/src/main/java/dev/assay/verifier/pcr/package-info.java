/// Platform configuration registers and how they are extended (TPM 2.0 Library, part 1, section
/// 17), which quotes, boot logs and IMA lists have in common.
package dev.assay.verifier.pcr;

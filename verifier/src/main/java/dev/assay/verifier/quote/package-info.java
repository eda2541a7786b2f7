/// TPM 2.0 structures and the quote: what a TPM signed, held against what it was asked.
package dev.assay.verifier.quote;

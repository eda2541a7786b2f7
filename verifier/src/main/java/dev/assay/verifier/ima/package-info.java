/// What the kernel measured since it booted: the IMA measurement list.
package dev.assay.verifier.ima;

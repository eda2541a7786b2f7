/// Puts together what a quote, a boot log and an IMA list say of one machine.
package dev.assay.verifier.platform;

/// What firmware and boot loader say they measured into the PCRs: the TCG event log.
package dev.assay.verifier.boot;

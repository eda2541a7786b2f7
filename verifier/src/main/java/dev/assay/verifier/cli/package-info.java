/// The commands of `attest-verifier`: options in, services or the API called, lines or JSON out.
@NullMarked
package dev.assay.verifier.cli;

import org.jspecify.annotations.NullMarked;

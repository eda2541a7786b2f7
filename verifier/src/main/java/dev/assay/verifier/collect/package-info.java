/// Captures of golden hosts: fetched over SSH from where no agent need be, and read as what they
/// are, which is nobody's word yet.
@NullMarked
package dev.assay.verifier.collect;

import org.jspecify.annotations.NullMarked;

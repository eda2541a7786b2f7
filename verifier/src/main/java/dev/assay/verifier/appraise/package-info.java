/// Right or wrong: authentic evidence against verified baselines. Pure: no clock, no I/O.
@NullMarked
package dev.assay.verifier.appraise;

import org.jspecify.annotations.NullMarked;

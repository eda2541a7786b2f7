/// Several captures of one image become one baseline. Pure but for reading the files: what is equal
/// stays, and what differs is somebody's to decide.
@NullMarked
package dev.assay.verifier.merge;

import org.jspecify.annotations.NullMarked;

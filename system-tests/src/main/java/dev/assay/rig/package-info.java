/// A verifier, hosts and an image of real files, as processes and folders of one machine: what the
/// demo shows and the end-to-end tests attack.
@NullMarked
package dev.assay.rig;

import org.jspecify.annotations.NullMarked;

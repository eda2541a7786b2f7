/// Connections by SSH to hosts whose key is known. The other side may be an intruder's.
@NullMarked
package dev.assay.verifier.ssh;

import org.jspecify.annotations.NullMarked;

/// Envelopes (DSSE), keys, the trust root and `Verified`: the only way from signed bytes to a value
/// that somebody may rely on. BouncyCastle stays in here.
@NullMarked
package dev.assay.signing;

import org.jspecify.annotations.NullMarked;

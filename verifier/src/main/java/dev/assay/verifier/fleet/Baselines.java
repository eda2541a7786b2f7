package dev.assay.verifier.fleet;

import dev.assay.verifier.refusal.NotBuilt;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/// What is golden: only what the trust root's baseline role signed.
public final class Baselines {
    /// Of a golden file.
    public static final long MAX_GOLDEN_FILE_BYTES = 2L << 30;

    /// @param goldenFile read to its end, streamed to disk, believed only after its signatures,
    ///     digests, window and serial were looked at; the caller closes it
    public BaselineRecord publish(InputStream goldenFile, Principal by)
            throws IOException, MalformedInputException, RefusedException { return NotBuilt.yet(); }

    /// Of all channels, by channel and falling serial.
    public List<BaselineRecord> list() { return NotBuilt.yet(); }

    public BaselineRecord find(Digest digest) throws RefusedException { return NotBuilt.yet(); }

    public Envelope document(Digest digest) throws RefusedException { return NotBuilt.yet(); }

    /// The answer says how many hosts still run it: they become outdated.
    public BaselineRecord retire(Digest digest, Principal by) throws RefusedException { return NotBuilt.yet(); }

    /// Lets hosts of a channel prove older serials until `expires`.
    public void allowRollback(
            String channel, long toSerial, String reason, Instant expires, Principal by)
            throws RefusedException { NotBuilt.yet(); }
}

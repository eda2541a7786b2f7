package dev.assay.agent.reset;

import dev.assay.evidence.ResetOrder;
import java.io.IOException;
import java.time.Duration;

/// Something that is done between an order and its reset. It cannot stop the reset: what it throws
/// is logged, and after its limit it is left behind, wherever it hangs.
public interface Deed {
    /// One word, for the log.
    String name();

    /// The longest that the reset waits for it.
    Duration limit();

    void carryOut(ResetOrder order) throws IOException, InterruptedException;
}

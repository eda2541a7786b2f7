package dev.assay.agent.reset;

import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import java.io.IOException;

/// How this host resets itself.
public interface ResetAction {
    /// Starts the reset and waits as long as it may take. That it returns proves nothing: what
    /// counts is the next boot.
    ///
    /// @param signed the order as it came, for whoever has to judge it again
    /// @throws IOException where no way of resetting could be started
    void reset(ResetOrder order, Envelope signed) throws IOException, InterruptedException;
}

package dev.assay.agent.reset;

import dev.assay.evidence.ResetOrder;
import java.io.IOException;

/// How this host resets itself.
public interface ResetAction {
    /// Starts the reset and waits as long as it may take. That it returns proves nothing: what
    /// counts is the next boot.
    ///
    /// @throws IOException where no way of resetting could be started
    void reset(ResetOrder order) throws IOException, InterruptedException;
}

package dev.assay.agent.daemon;

import java.time.Duration;

/// Waits between rounds.
interface Pause {
    /// @return false where the agent is to stop
    boolean await(Duration duration);
}

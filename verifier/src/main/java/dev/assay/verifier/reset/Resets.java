package dev.assay.verifier.reset;

import dev.assay.verifier.refusal.NotBuilt;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.refusal.RefusedException;
import java.time.Instant;
import java.util.List;

/// The resets, for those who look, approve and hold.
public final class Resets {
    public static final int MAX_LISTED = 1000;

    /// Open ones first, then the newest.
    public List<Reset> list() { return NotBuilt.yet(); }

    /// Those that only wait: what would be reset if the group's mode or a hold did not stand in the
    /// way.
    public List<Reset> would() { return NotBuilt.yet(); }

    /// Keeps the host from being reset, until `expires`; an order that is out is not taken back.
    public HostView hold(String host, String reason, Instant expires, Principal by)
            throws RefusedException { return NotBuilt.yet(); }

    public HostView release(String host, Principal by) throws RefusedException { return NotBuilt.yet(); }

    /// Lets the waiting reset of a host of mode approve begin.
    public HostView approve(String host, Principal by) throws RefusedException { return NotBuilt.yet(); }

    /// The orchestrator says that the host's work is away: the drain's time need not be waited for.
    public HostView acknowledgeDrained(String host, Principal by) throws RefusedException { return NotBuilt.yet(); }
}

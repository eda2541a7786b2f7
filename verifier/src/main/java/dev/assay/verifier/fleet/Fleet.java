package dev.assay.verifier.fleet;

import dev.assay.verifier.refusal.NotBuilt;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.tree.Digest;
import java.util.List;
import java.util.Map;

/// The hosts, for those who look and those who operate.
public final class Fleet {
    /// Sorted by name.
    public List<HostView> hosts(HostQuery query) { return NotBuilt.yet(); }

    public HostView host(String name) throws RefusedException { return NotBuilt.yet(); }

    public HostDrift drift(String name) throws RefusedException { return NotBuilt.yet(); }

    /// The newest first.
    public List<Incident> incidents() { return NotBuilt.yet(); }

    public Incident incident(Digest id) throws RefusedException { return NotBuilt.yet(); }

    /// Deletes the host; what belongs to its name stays.
    public void forget(String name, Principal by) throws RefusedException { NotBuilt.yet(); }

    /// Refuses name and key for ever; the name need not be enrolled.
    public void ban(String name, String reason, Principal by) throws RefusedException { NotBuilt.yet(); }

    public void unban(String name, Principal by) throws RefusedException { NotBuilt.yet(); }

    /// Asks for the end of a quarantine; it ends when a new golden boot is proved after this.
    public void readmit(String name, Principal by) throws RefusedException { NotBuilt.yet(); }

    public void setLabels(String name, Map<String, String> labels, Principal by)
            throws RefusedException { NotBuilt.yet(); }
}

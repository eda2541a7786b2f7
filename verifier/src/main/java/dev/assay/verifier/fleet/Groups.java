package dev.assay.verifier.fleet;

import dev.assay.verifier.refusal.NotBuilt;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.refusal.RefusedException;
import java.util.List;

/// The groups and their settings.
public final class Groups {
    public List<GroupSettings> list() { return NotBuilt.yet(); }

    public GroupSettings find(String name) throws RefusedException { return NotBuilt.yet(); }

    public void create(GroupSettings settings, Principal by) throws RefusedException { NotBuilt.yet(); }

    /// Replaces the settings of the group of that name.
    public void change(GroupSettings settings, Principal by) throws RefusedException { NotBuilt.yet(); }
}

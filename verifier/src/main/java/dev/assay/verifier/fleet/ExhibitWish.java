package dev.assay.verifier.fleet;

/// Whether a group wants what had drifted on its hosts handed in before they are reset.
public interface ExhibitWish {
    /// What the group's settings say.
    ExhibitWish OF_GROUP = group -> false;

    boolean of(GroupSettings group);
}

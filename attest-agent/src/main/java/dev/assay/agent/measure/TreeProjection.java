package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileFaultException;
import dev.assay.agent.collect.files.FileWalk;
import dev.assay.agent.collect.files.FoundNode;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.tree.NodePath;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Carries the scope down the walk: each node is projected by the class of its rule, and what no
/// rule measures is entered only for what may be measured below.
final class TreeProjection implements FileWalk.Visitor<TreeProjection.Place> {
    /// Where the walk stands in the scope.
    record Place(RuleState state, @Nullable Rule rule) {}

    private static final Leaf HELD = Leaf.of(Kind.HELD, Map.of());

    private final RuleState root;
    private final Findings findings;
    private final FileProjection files;

    /// @param root the scope's state at the node that the walk's root is told as
    TreeProjection(RuleState root, Findings findings, FileProjection files) {
        this.root = root;
        this.findings = findings;
        this.files = files;
    }

    @Override
    public @Nullable Place visit(@Nullable Place parent, FoundNode node) throws FileFaultException {
        RuleState state = parent == null ? root : parent.state().child(node.name());
        Rule rule = state.rule().orElse(null);
        boolean measured = false;
        if (rule != null) {
            boolean top = parent == null || !rule.equals(parent.rule());
            measured = project(node, rule, top);
        }
        // Whether it is a directory, the walk asks the thing itself. What the listing says of it is
        // a
        // byte on the disk, which an intruder sets to "file" to have a directory passed over.
        boolean enter = measured || state.mayMatchBelow();
        return enter ? new Place(state, rule) : null;
    }

    /// Whether what is below is measured too.
    private boolean project(FoundNode node, Rule rule, boolean top) throws FileFaultException {
        if (rule.mutability() != MutabilityClass.UNMEASURED) {
            findings.looked(rule.mutability());
        }
        switch (rule.mutability()) {
            case IMMUTABLE -> files.immutable(node);
            case METADATA -> files.metadata(node, MutabilityClass.METADATA);
            case APPEND_ONLY -> files.appendOnly(node);
            case ROTATING -> files.rotating(node, rule, top);
            case DATA_ONLY -> files.dataOnly(node, top);
            case PRESENT -> {
                if (top) {
                    findings.add(node.path(), HELD);
                }
                return false;
            }
            case UNMEASURED -> {
                if (top) {
                    findings.notMeasured(node.path(), rule.reason());
                }
                return false;
            }
        }
        return true;
    }

    @Override
    public void undetermined(NodePath path, Kind kind, String reason) {
        findings.undetermined(path, kind, reason);
    }

    @Override
    public void leftOut(NodePath path, String reason) {
        findings.notMeasured(path, reason);
    }

    /// Where files may come and go, a missed one is no more than that.
    @Override
    public void changing(Place place, NodePath path) {
        Rule rule = place.rule();
        if (rule == null) {
            return;
        }
        switch (rule.mutability()) {
            case IMMUTABLE, METADATA, APPEND_ONLY ->
                    findings.undetermined(path, Kind.UNSTABLE, "changed while it was listed");
            case ROTATING, DATA_ONLY, PRESENT, UNMEASURED -> {}
        }
    }
}

package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileFaultException;
import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.agent.collect.files.FileStat;
import dev.assay.agent.collect.files.FoundNode;
import dev.assay.agent.collect.files.Walk;
import dev.assay.agent.tree.Folder;
import dev.assay.agent.tree.FolderBuilder;
import dev.assay.agent.tree.Known;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.tree.NodePath;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Carries the scope down the walk: each node is projected by the class of its rule, and what no
/// rule measures is entered only for what may be measured below. What is known and unchanged is
/// kept.
final class TreeProjection implements Walk.Visitor<TreeProjection.Place> {
    /// Where the walk stands.
    ///
    /// @param dirty what of it is to be looked at again; null where all is, or nothing in
    ///   particular
    /// @param wholly whether everything below is looked at
    record Place(
            RuleState state,
            @Nullable Rule rule,
            FolderBuilder folder,
            @Nullable Dirty dirty,
            boolean wholly) {}

    private static final Leaf HELD = Leaf.of(Kind.HELD, Map.of());

    /// As PATH_MAX of linux/limits.h: nobody can name a thing with a longer path at once.
    private static final int LONG_PATH_BYTES = 4096;

    /// Thirty thousand directories in each other, which any user may make, have paths of a
    /// gigabyte.
    private static final long MAX_LONG_PATHS_BYTES = 64L << 20;

    private final RuleState root;
    private final FolderBuilder top;
    private final FileProjection files;
    private final @Nullable Dirty dirty;
    private final boolean whole;
    private final LongConsumer linked;
    private final AtomicLong longPathsBytes = new AtomicLong();
    private volatile @Nullable FolderBuilder first;

    /// @param root the scope's state at the node that the walk's root is told as
    /// @param top holds that node
    TreeProjection(
            RuleState root,
            FolderBuilder top,
            FileProjection files,
            Pass pass,
            LongConsumer linked) {
        this.root = root;
        this.top = top;
        this.files = files;
        this.dirty = pass.dirt();
        this.whole = pass.isWhole();
        this.linked = linked;
    }

    @Override
    public @Nullable Place visit(@Nullable Place parent, FoundNode node) throws FileFaultException {
        Bytes name = name(parent, node);
        RuleState state = parent == null ? root : parent.state().child(name);
        Rule rule = state.rule().orElse(null);
        if (rule == null && !state.mayMatchBelow()
                || parent != null && parent.folder().isFull()
                || isTooMuch(node.path())) {
            return null;
        }
        Spot spot = spot(parent, node, rule);
        boolean begins = parent == null || rule != null && !rule.equals(parent.rule());
        if (rule == null
                || rule.mutability() == MutabilityClass.PRESENT
                || rule.mutability() == MutabilityClass.UNMEASURED) {
            return unlooked(parent, node, spot, state, rule, begins);
        }
        if (node.stat().kind() == Kind.DIRECTORY) {
            return enter(parent, node, spot, state, rule, null, begins);
        }
        Known.Found before = spot.before();
        if (before != null && !isReread(parent, name) && before.isUnchanged(node.stat())) {
            spot.folder().keep(before);
            return null;
        }
        if (!whole && node.stat().links() > 1) {
            linked.accept(node.stat().inode());
        }
        switch (rule.mutability()) {
            case IMMUTABLE -> files.immutable(spot, node);
            case METADATA -> files.metadata(spot, node);
            case APPEND_ONLY -> files.appendOnly(spot, node);
            case ROTATING -> files.rotating(spot, node, rule);
            case DATA_ONLY -> files.dataOnly(spot, node);
            case PRESENT, UNMEASURED -> throw new IllegalStateException("is not looked at");
        }
        return null;
    }

    private Bytes name(@Nullable Place parent, FoundNode node) {
        return parent == null ? node.path().name() : node.name();
    }

    private Spot spot(@Nullable Place parent, FoundNode node, @Nullable Rule rule) {
        FolderBuilder folder = parent == null ? top : parent.folder();
        Bytes name = name(parent, node);
        Known known = folder.known();
        return new Spot(
                folder,
                name,
                node.path(),
                rule == null ? null : rule.mutability(),
                known == null ? null : known.find(name),
                files.now());
    }

    private boolean isReread(@Nullable Place parent, Bytes name) {
        Dirty its = dirtyOf(parent, name);
        return its != null && its.isReread();
    }

    /// What has no attributes in the tree: it is there, or is left out, or only leads further.
    private @Nullable Place unlooked(
            @Nullable Place parent,
            FoundNode node,
            Spot spot,
            RuleState state,
            @Nullable Rule rule,
            boolean begins)
            throws FileFaultException {
        boolean present = begins && rule != null && rule.mutability() == MutabilityClass.PRESENT;
        boolean unmeasured =
                begins && rule != null && rule.mutability() == MutabilityClass.UNMEASURED;
        String reason = unmeasured && rule != null ? rule.reason() : null;
        if (state.mayMatchBelow() && node.stat().kind() == Kind.DIRECTORY) {
            return enter(parent, node, spot, state, rule, reason, begins);
        }
        if (present) {
            requirePresence(node);
            spot.folder().entry(spot.name(), spot.mutability(), null, -1, HELD.encode(), 0, false);
        } else if (reason != null) {
            requirePresence(node);
            spot.folder().leftOut(spot.name(), reason);
        }
        return null;
    }

    /// A name that was wanted need not be there; wherever it lies, that is all that is asked.
    private static void requirePresence(FoundNode node) throws FileFaultException {
        try {
            node.stat();
        } catch (FileFaultException e) {
            if (e.fault() == Fault.GONE) {
                throw e;
            }
        }
    }

    private @Nullable Place enter(
            @Nullable Place parent,
            FoundNode node,
            Spot spot,
            RuleState state,
            @Nullable Rule rule,
            @Nullable String reason,
            boolean begins)
            throws FileFaultException {
        FileStat stat = node.stat();
        Folder before = spot.before() == null ? null : spot.before().below();
        if (before != null && !before.isSameThing(stat)) {
            before = null;
        }
        Bytes leaf = ownLeaf(node, rule, before, begins);
        Dirty its = dirtyOf(parent, spot.name());
        // Of one that was undetermined, names may be missing: it is never kept as it was.
        boolean wholly =
                before == null
                        || before.isUndetermined()
                        || its != null && its.isDeep()
                        || (parent == null ? whole : parent.wholly());
        boolean settled = Settled.attributes(stat, spot.lookedAt());
        if (!wholly && its == null && before != null) {
            spot.folder().keep(spot.name(), spot.mutability(), reason, before, stat, settled, leaf);
            return null;
        }
        FolderBuilder folder = spot.folder().child(spot.name(), spot.mutability(), reason, before);
        folder.itself(stat, settled, leaf);
        Place place = new Place(state, rule, folder, its, wholly);
        if (!wholly && its != null) {
            folder.keepOthers(its.names());
        }
        if (parent == null) {
            first = folder;
        }
        return place;
    }

    private @Nullable Dirty dirtyOf(@Nullable Place parent, Bytes name) {
        Dirty above = parent == null ? dirty : parent.dirty();
        return above == null ? null : above.below(name);
    }

    /// Null where the directory is no node by itself.
    private static @Nullable Bytes ownLeaf(
            FoundNode node, @Nullable Rule rule, @Nullable Folder before, boolean begins)
            throws FileFaultException {
        if (rule == null || rule.mutability() == MutabilityClass.UNMEASURED) {
            return null;
        }
        if (rule.mutability() == MutabilityClass.PRESENT) {
            return begins ? HELD.encode() : null;
        }
        if (before != null && before.isUnchanged(node.stat())) {
            return before.ownLeaf();
        }
        Leaf leaf = FileProjection.directory(node, rule, begins);
        return leaf == null ? null : leaf.encode();
    }

    @Override
    public @Nullable Collection<Bytes> names(Place place) {
        return place.wholly() || place.dirty() == null ? null : place.dirty().names();
    }

    /// Those that came before stay, so that this never takes a drift away; and no golden host has
    /// so many, because no baseline can be captured of it.
    private boolean isTooMuch(NodePath path) {
        int length = path.value().length();
        FolderBuilder root = first;
        if (length <= LONG_PATH_BYTES
                || root == null
                || longPathsBytes.addAndGet(length) <= MAX_LONG_PATHS_BYTES) {
            return false;
        }
        root.undetermined(Kind.UNREADABLE, "holds too many long paths");
        return true;
    }

    @Override
    public void undetermined(@Nullable Place parent, FoundNode node, Kind kind, String reason) {
        Rule rule = parent == null ? null : parent.state().child(node.name()).rule().orElse(null);
        FileProjection.undetermined(spot(parent, node, rule), kind, reason);
    }

    @Override
    public void undetermined(Place directory, Kind kind, String reason) {
        directory.folder().undetermined(kind, reason);
    }

    @Override
    public void leftOut(Place parent, FoundNode node, String reason) {
        parent.folder().leftOut(node.name(), reason);
    }

    /// Where files may come and go, a missed one is no more than that.
    @Override
    public void changing(Place place) {
        Rule rule = place.rule();
        if (rule == null) {
            return;
        }
        switch (rule.mutability()) {
            case IMMUTABLE, METADATA, APPEND_ONLY ->
                    place.folder().undetermined(Kind.UNSTABLE, "changed while it was listed");
            case ROTATING, DATA_ONLY, PRESENT, UNMEASURED -> {}
        }
    }

    @Override
    public void closed(Place place) {
        place.folder().release();
    }
}

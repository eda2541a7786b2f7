package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileFaultException;
import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.agent.collect.files.FileStat;
import dev.assay.agent.collect.files.FoundNode;
import dev.assay.agent.collect.files.FsVerity;
import dev.assay.agent.collect.files.OpenFile;
import dev.assay.agent.measure.Contents.Outcome;
import dev.assay.agent.tree.FolderBuilder;
import dev.assay.baseline.Anchor;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.Rule;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What each class lets of a file into the tree (FORMAT.md, section 5). What needs a file's content
/// ends when that was read, the rest at once.
final class FileProjection {
    private static final int MAGIC_BYTES = 4;

    /// A larger intruder's file is drift by its presence; its digest is a courtesy.
    private static final long MAX_EXHIBIT_BYTES = 64L << 20;

    private static final int NO_FILE = -1;

    private final Readings readings;
    private final Contents contents;
    private final Map<NodePath, Anchor> anchors;
    private final Consumer<NodePath> touched;

    /// @param touched told what was written and is as it was
    FileProjection(Readings readings, List<Anchor> anchors, Consumer<NodePath> touched) {
        this.readings = readings;
        this.contents = new Contents(readings);
        this.anchors = anchors.stream().collect(Collectors.toMap(Anchor::path, anchor -> anchor));
        this.touched = touched;
    }

    /// What a directory itself is, by its class; null where it is no node by itself.
    ///
    /// @param top whether it is where the rule's region begins
    static @Nullable Leaf directory(FoundNode node, Rule rule, boolean top)
            throws FileFaultException {
        FileStat stat = node.stat();
        return switch (rule.mutability()) {
            case IMMUTABLE, APPEND_ONLY -> immutableOther(node);
            case METADATA -> metadata(node);
            case ROTATING ->
                    top
                            ? Attributes.of(stat).mode(stat).owner(stat).leaf()
                            : violation(node, Tripwires.rotating(stat, node.name(), rule));
            case DATA_ONLY ->
                    top ? metadata(node) : violation(node, Tripwires.dataOnly(stat, node.path()));
            case PRESENT, UNMEASURED -> throw new IllegalStateException("has no attributes");
        };
    }

    /// Seconds since 1970.
    int now() {
        return readings.now();
    }

    void immutable(Spot spot, FoundNode node) throws FileFaultException {
        FileStat stat = node.stat();
        if (stat.kind() != Kind.FILE) {
            put(spot, stat, NO_FILE, immutableOther(node));
            return;
        }
        boolean honest = node.hasHonestTimes();
        OpenFile file = node.open();
        Optional<FsVerity.Measured> verity = honest ? file.verity() : Optional.empty();
        Optional<Digest> known =
                verity.flatMap(its -> KernelDigest.content(its, spot.before(), file.stat()));
        Use use = stable -> immutableFile(spot, file, stable, verity, honest);
        if (known.isPresent()) {
            spot.folder().hold();
            settle(
                    spot,
                    file,
                    new Outcome.Stable(file.stat(), known.get(), readings.now()),
                    "",
                    use);
        } else {
            whole(spot, file, use);
        }
    }

    private void immutableFile(
            Spot spot,
            OpenFile file,
            Outcome.Stable stable,
            Optional<FsVerity.Measured> verity,
            boolean honest)
            throws FileFaultException {
        FileStat stat = stable.stat();
        SortedMap<Bytes, Bytes> extended = file.extendedAttributes(ExtendedNames::isMeasured);
        boolean believed = honest && Settled.content(stat, stable.readAt());
        boolean plain = extended.isEmpty() && verity.isEmpty() && FolderBuilder.canBePlain(stat);
        if (!plain || isWritten(spot, stat)) {
            Leaf leaf =
                    Attributes.of(stat)
                            .mode(stat)
                            .owner(stat)
                            .size(stat)
                            .content(stable.digest())
                            .verity(verity)
                            .extended(extended)
                            .leaf();
            Bytes encoded = leaf.encode();
            tellTouched(spot, stat, encoded);
            if (!plain) {
                spot.folder()
                        .entry(
                                spot.name(),
                                spot.mutability(),
                                stat,
                                stat.size(),
                                encoded,
                                stable.readAt(),
                                believed);
                return;
            }
        }
        spot.folder()
                .file(
                        spot.name(),
                        MutabilityClass.IMMUTABLE,
                        stat,
                        stable.digest(),
                        stable.readAt(),
                        believed);
    }

    private static Leaf immutableOther(FoundNode node) throws FileFaultException {
        FileStat stat = node.stat();
        Attributes attributes = Attributes.of(stat).owner(stat);
        return switch (stat.kind()) {
            case SYMLINK -> attributes.target(node.target()).leaf();
            case DIRECTORY, FIFO, SOCKET -> attributes.mode(stat).extended(extended(node)).leaf();
            case CHAR_DEVICE, BLOCK_DEVICE -> attributes.mode(stat).device(stat).leaf();
            case FILE, VALUE, MOUNT, HELD, UNREADABLE, UNSTABLE -> unknownType();
        };
    }

    private static SortedMap<Bytes, Bytes> extended(FoundNode node) throws FileFaultException {
        return node.extendedAttributes(ExtendedNames::isMeasured);
    }

    private static Leaf unknownType() {
        return Leaf.ofReason(Kind.UNREADABLE, "unknown type of file");
    }

    void metadata(Spot spot, FoundNode node) throws FileFaultException {
        put(spot, node.stat(), node.stat().kind() == Kind.FILE ? 0 : NO_FILE, metadata(node));
    }

    private static Leaf metadata(FoundNode node) throws FileFaultException {
        FileStat stat = node.stat();
        if (stat.kind() == Kind.UNREADABLE) {
            return unknownType();
        }
        Attributes attributes = Attributes.of(stat).mode(stat).owner(stat);
        if (stat.kind() == Kind.FILE) {
            attributes.extended(node.extendedAttributes(ExtendedNames::isCapability));
        }
        return attributes.leaf();
    }

    void appendOnly(Spot spot, FoundNode node) throws FileFaultException {
        FileStat stat = node.stat();
        if (stat.kind() != Kind.FILE) {
            put(spot, stat, NO_FILE, immutableOther(node));
            return;
        }
        boolean honest = node.hasHonestTimes();
        OpenFile file = node.open();
        Anchor anchor = anchors.get(spot.path());
        long size = file.stat().size();
        long length = anchor == null ? size : Math.min(size, anchor.length());
        spot.folder().hold();
        contents.prefix(
                file,
                length,
                outcome ->
                        settle(
                                spot,
                                file,
                                outcome,
                                "cut while it was read",
                                stable -> appendOnlyFile(spot, stable, length, honest)));
    }

    private void appendOnlyFile(Spot spot, Outcome.Stable stable, long length, boolean honest) {
        FileStat stat = stable.stat();
        Leaf leaf =
                Attributes.of(stat).mode(stat).owner(stat).prefix(length, stable.digest()).leaf();
        spot.folder()
                .entry(
                        spot.name(),
                        spot.mutability(),
                        stat,
                        length,
                        leaf.encode(),
                        stable.readAt(),
                        honest && Settled.content(stat, stable.readAt()));
    }

    void rotating(Spot spot, FoundNode node, Rule rule) throws FileFaultException {
        FileStat stat = node.stat();
        Leaf leaf = violation(node, Tripwires.rotating(stat, spot.name(), rule));
        put(spot, stat, stat.kind() == Kind.FILE ? 0 : NO_FILE, leaf);
    }

    private static @Nullable Leaf violation(FoundNode node, Optional<String> touched)
            throws FileFaultException {
        if (touched.isEmpty()) {
            return null;
        }
        FileStat stat = node.stat();
        if (stat.kind() == Kind.UNREADABLE) {
            return unknownType();
        }
        Attributes attributes = Attributes.of(stat).mode(stat).owner(stat).reason(touched.get());
        if (stat.kind() == Kind.SYMLINK) {
            attributes.target(node.target());
        }
        return attributes.leaf();
    }

    void dataOnly(Spot spot, FoundNode node) throws FileFaultException {
        FileStat stat = node.stat();
        Optional<String> shown = Tripwires.dataOnly(stat, spot.path());
        if (stat.kind() != Kind.FILE) {
            put(spot, stat, NO_FILE, violation(node, shown));
            return;
        }
        boolean honest = node.hasHonestTimes();
        OpenFile file = open(node, shown);
        if (file == null) {
            put(spot, null, 0, violation(node, shown));
            return;
        }
        boolean handedOn = false;
        try {
            handedOn = dataOnlyFile(spot, shown, file, honest);
        } finally {
            if (!handedOn) {
                file.close();
            }
        }
    }

    /// What shows without opening it is drift also where it cannot be opened: with a lease on his
    /// set-id file, an intruder would else turn drift into "undetermined".
    private static @Nullable OpenFile open(FoundNode node, Optional<String> shown)
            throws FileFaultException {
        try {
            return node.open();
        } catch (FileFaultException e) {
            if (e.fault() != Fault.UNREADABLE || shown.isEmpty()) {
                throw e;
            }
            return null;
        }
    }

    /// Whether somebody else closes the file.
    private boolean dataOnlyFile(Spot spot, Optional<String> shown, OpenFile file, boolean honest) {
        FileStat stat = file.stat();
        int readAt = readings.now();
        try {
            Optional<String> touched =
                    shown.isPresent() ? shown : Tripwires.content(file.start(MAGIC_BYTES));
            if (touched.isEmpty()
                    && !file.extendedAttributes(ExtendedNames::isCapability).isEmpty()) {
                touched = Optional.of("capability");
            }
            if (touched.isEmpty()) {
                boolean believed = honest && Settled.content(stat, readAt);
                spot.folder()
                        .entry(spot.name(), spot.mutability(), stat, 0, null, readAt, believed);
                readings.finished();
                return false;
            }
            Attributes attributes =
                    Attributes.of(stat).mode(stat).owner(stat).reason(touched.get());
            if (stat.size() > MAX_EXHIBIT_BYTES) {
                put(spot, null, 0, attributes.leaf());
                return false;
            }
            exhibit(spot, file, attributes);
            return true;
        } catch (FileFaultException e) {
            undetermined(spot, Kind.UNREADABLE, e.reason());
            return false;
        }
    }

    /// With its digest where it has one: what changes all the time or cannot be read is drift none
    /// the less.
    private void exhibit(Spot spot, OpenFile file, Attributes attributes) {
        spot.folder().hold();
        contents.read(
                file,
                outcome -> {
                    if (outcome instanceof Outcome.Stable stable) {
                        attributes.content(stable.digest());
                    }
                    file.close();
                    put(spot, null, 0, attributes.leaf());
                    spot.folder().release();
                });
    }

    /// What is done with a content that was read.
    private interface Use {
        void of(Outcome.Stable stable) throws FileFaultException;
    }

    private void whole(Spot spot, OpenFile file, Use use) {
        spot.folder().hold();
        contents.read(
                file, outcome -> settle(spot, file, outcome, "changed while it was read", use));
    }

    private void settle(Spot spot, OpenFile file, Outcome outcome, String unstable, Use use) {
        try {
            switch (outcome) {
                case Outcome.Stable stable -> {
                    use.of(stable);
                    readings.finished();
                }
                case Outcome.Unstable changed -> undetermined(spot, Kind.UNSTABLE, unstable);
                case Outcome.Fault fault ->
                        undetermined(spot, Kind.UNREADABLE, fault.why().reason());
            }
        } catch (FileFaultException e) {
            undetermined(spot, Kind.UNREADABLE, e.reason());
        } finally {
            file.close();
        }
        spot.folder().release();
    }

    static void undetermined(Spot spot, Kind kind, String reason) {
        Bytes leaf = Leaf.ofReason(kind, reason).encode();
        spot.folder().entry(spot.name(), spot.mutability(), null, NO_FILE, leaf, 0, false);
    }

    /// @param stat null for what is looked at again each time
    /// @param covered bytes, or {@link #NO_FILE}
    private void put(Spot spot, @Nullable FileStat stat, long covered, @Nullable Leaf leaf) {
        Bytes encoded = leaf == null ? null : leaf.encode();
        if (stat != null && encoded != null) {
            tellTouched(spot, stat, encoded);
        }
        if (covered >= 0) {
            readings.finished();
        }
        spot.folder()
                .entry(
                        spot.name(),
                        spot.mutability(),
                        stat,
                        covered,
                        encoded,
                        spot.lookedAt(),
                        stat != null && Settled.attributes(stat, spot.lookedAt()));
    }

    private static boolean isWritten(Spot spot, FileStat stat) {
        return spot.before() != null && spot.before().isTouched(stat);
    }

    private void tellTouched(Spot spot, FileStat stat, Bytes leaf) {
        if (spot.mutability() == MutabilityClass.IMMUTABLE && isWritten(spot, stat)) {
            Bytes was = spot.before() == null ? null : spot.before().leaf();
            if (was != null && was.equals(leaf)) {
                touched.accept(spot.path());
            }
        }
    }
}

package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileFaultException;
import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.agent.collect.files.FileReader;
import dev.assay.agent.collect.files.FileStat;
import dev.assay.agent.collect.files.FoundNode;
import dev.assay.agent.collect.files.OpenFile;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What each class lets of a file into the tree (FORMAT.md, section 5). What needs an open file is
/// done by the readers' threads, the rest at once.
final class FileProjection {
    private static final int MAGIC_BYTES = 4;

    /// A larger intruder's file is drift by its presence; its digest is a courtesy.
    private static final long MAX_EXHIBIT_BYTES = 64L << 20;

    private final Findings findings;
    private final Hashing hashing;
    private final Contents contents;
    private final Map<NodePath, Anchor> anchors;

    FileProjection(Findings findings, Hashing hashing, List<Anchor> anchors) {
        this.findings = findings;
        this.hashing = hashing;
        this.contents = new Contents(findings);
        this.anchors = anchors.stream().collect(Collectors.toMap(Anchor::path, anchor -> anchor));
    }

    void immutable(FoundNode node) throws FileFaultException {
        if (node.stat().kind() == Kind.FILE) {
            NodePath path = node.path();
            hashing.submit(path, node.open(), (reader, file) -> immutableFile(path, reader, file));
        } else {
            findings.add(node.path(), immutableOther(node));
        }
    }

    private void immutableFile(NodePath path, FileReader reader, OpenFile file)
            throws FileFaultException {
        Optional<Contents.Stable> content = contents.read(reader, file);
        if (content.isEmpty()) {
            findings.undetermined(path, Kind.UNSTABLE, "changed while it was read");
            return;
        }
        FileStat stat = content.get().stat();
        Leaf leaf =
                Attributes.of(stat)
                        .mode(stat)
                        .owner(stat)
                        .size(stat)
                        .content(content.get().digest())
                        .extended(reader.extendedAttributes(file, ExtendedNames::isMeasured))
                        .leaf();
        findings.add(path, leaf);
        findings.coveredFile(MutabilityClass.IMMUTABLE, stat.size());
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

    /// @param mutability under which it is counted
    void metadata(FoundNode node, MutabilityClass mutability) throws FileFaultException {
        FileStat stat = node.stat();
        if (stat.kind() == Kind.UNREADABLE) {
            findings.add(node.path(), unknownType());
            return;
        }
        Attributes attributes = Attributes.of(stat).mode(stat).owner(stat);
        if (stat.kind() == Kind.FILE) {
            attributes.extended(node.extendedAttributes(ExtendedNames::isCapability));
            findings.coveredFile(mutability, 0);
        }
        findings.add(node.path(), attributes.leaf());
    }

    void appendOnly(FoundNode node) throws FileFaultException {
        if (node.stat().kind() == Kind.FILE) {
            NodePath path = node.path();
            hashing.submit(path, node.open(), (reader, file) -> appendOnlyFile(path, reader, file));
        } else {
            findings.add(node.path(), immutableOther(node));
        }
    }

    private void appendOnlyFile(NodePath path, FileReader reader, OpenFile file)
            throws FileFaultException {
        FileStat stat = file.stat();
        Anchor anchor = anchors.get(path);
        long length = anchor == null ? stat.size() : Math.min(stat.size(), anchor.length());
        Optional<Digest> prefix = contents.prefix(reader, file, length);
        if (prefix.isEmpty()) {
            findings.undetermined(path, Kind.UNSTABLE, "cut while it was read");
            return;
        }
        findings.add(
                path,
                Attributes.of(stat).mode(stat).owner(stat).prefix(length, prefix.get()).leaf());
        findings.coveredFile(MutabilityClass.APPEND_ONLY, length);
    }

    /// @param top whether it is where the rule's region begins
    void rotating(FoundNode node, Rule rule, boolean top) throws FileFaultException {
        FileStat stat = node.stat();
        if (top && stat.kind() == Kind.DIRECTORY) {
            findings.add(node.path(), Attributes.of(stat).mode(stat).owner(stat).leaf());
            return;
        }
        Optional<String> touched = Tripwires.rotating(stat, node.path().name(), rule);
        if (touched.isPresent()) {
            findings.add(node.path(), violation(node, touched.get()));
        }
        if (stat.kind() == Kind.FILE) {
            findings.coveredFile(MutabilityClass.ROTATING, 0);
        }
    }

    private static Leaf violation(FoundNode node, String touched) throws FileFaultException {
        FileStat stat = node.stat();
        if (stat.kind() == Kind.UNREADABLE) {
            return unknownType();
        }
        Attributes attributes = Attributes.of(stat).mode(stat).owner(stat).reason(touched);
        if (stat.kind() == Kind.SYMLINK) {
            attributes.target(node.target());
        }
        return attributes.leaf();
    }

    /// @param top whether it is where the rule's region begins
    void dataOnly(FoundNode node, boolean top) throws FileFaultException {
        FileStat stat = node.stat();
        if (top && stat.kind() == Kind.DIRECTORY) {
            metadata(node, MutabilityClass.DATA_ONLY);
            return;
        }
        NodePath path = node.path();
        Optional<String> touched = Tripwires.dataOnly(stat, path);
        if (stat.kind() == Kind.FILE) {
            OpenFile file = touched.isPresent() ? openTouched(node, touched.get()) : node.open();
            if (file != null) {
                hashing.submit(
                        path,
                        file,
                        (reader, opened) -> dataOnlyFile(path, touched, reader, opened));
            }
        } else if (touched.isPresent()) {
            findings.add(path, violation(node, touched.get()));
        }
    }

    /// What shows without opening it is drift also where it cannot be opened: with a lease on his
    /// set-id file, an intruder would else turn drift into "undetermined".
    private @Nullable OpenFile openTouched(FoundNode node, String touched)
            throws FileFaultException {
        try {
            return node.open();
        } catch (FileFaultException e) {
            if (e.fault() != Fault.UNREADABLE) {
                throw e;
            }
            findings.add(node.path(), violation(node, touched));
            return null;
        }
    }

    private void dataOnlyFile(
            NodePath path, Optional<String> shown, FileReader reader, OpenFile file)
            throws FileFaultException {
        Optional<String> touched =
                shown.isPresent() ? shown : Tripwires.content(reader.first(file, MAGIC_BYTES));
        if (touched.isEmpty()
                && !reader.extendedAttributes(file, ExtendedNames::isCapability).isEmpty()) {
            touched = Optional.of("capability");
        }
        findings.coveredFile(MutabilityClass.DATA_ONLY, 0);
        if (touched.isPresent()) {
            FileStat stat = file.stat();
            Attributes attributes =
                    Attributes.of(stat).mode(stat).owner(stat).reason(touched.get());
            if (stat.size() <= MAX_EXHIBIT_BYTES) {
                exhibit(reader, file).ifPresent(attributes::content);
            }
            findings.add(path, attributes.leaf());
        }
    }

    /// Empty for what changes all the time or cannot be read: it is drift none the less.
    private Optional<Digest> exhibit(FileReader reader, OpenFile file) {
        try {
            return contents.read(reader, file).map(Contents.Stable::digest);
        } catch (FileFaultException e) {
            return Optional.empty();
        }
    }
}

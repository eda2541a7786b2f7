package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileStat;
import dev.assay.agent.collect.files.FsVerity;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Gathers the attributes of one leaf.
final class Attributes {
    private final Kind kind;
    private final SortedMap<String, Bytes> values = new TreeMap<>();

    private Attributes(Kind kind) {
        this.kind = kind;
    }

    static Attributes of(FileStat stat) {
        return new Attributes(stat.kind());
    }

    Attributes mode(FileStat stat) {
        values.put(Leaf.MODE, stat.modeText());
        return this;
    }

    Attributes owner(FileStat stat) {
        values.put(Leaf.UID, decimal(stat.uid()));
        values.put(Leaf.GID, decimal(stat.gid()));
        return this;
    }

    Attributes size(FileStat stat) {
        values.put(Leaf.SIZE, decimal(stat.size()));
        return this;
    }

    Attributes device(FileStat stat) {
        values.put(Leaf.DEVICE, Bytes.utf8(stat.deviceMajor() + ":" + stat.deviceMinor()));
        return this;
    }

    Attributes content(Digest digest) {
        values.put(Leaf.CONTENT, Bytes.utf8(digest.hex()));
        return this;
    }

    /// Nothing where there is none.
    Attributes verity(Optional<FsVerity.Measured> verity) {
        verity.ifPresent(its -> values.put(Leaf.FS_VERITY, KernelDigest.text(its)));
        return this;
    }

    Attributes prefix(long length, Digest digest) {
        values.put(Leaf.LENGTH, decimal(length));
        values.put(Leaf.PREFIX, Bytes.utf8(digest.hex()));
        return this;
    }

    Attributes target(Bytes target) {
        values.put(Leaf.TARGET, target);
        return this;
    }

    Attributes reason(String reason) {
        values.put(Leaf.REASON, Bytes.utf8(reason));
        return this;
    }

    Attributes extended(SortedMap<Bytes, Bytes> attributes) {
        values.putAll(ExtendedNames.project(attributes));
        return this;
    }

    Leaf leaf() {
        return new Leaf(kind, values);
    }

    private static Bytes decimal(long value) {
        return Bytes.utf8(Long.toString(value));
    }
}

package dev.assay.verifier.fleet;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.ManifestReader;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.ima.ExecutedPath;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.verifier.platform.FileContents;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a manifest through, for files that nobody asked for before. One at a time: what is found
/// is remembered by who asks.
public final class ManifestFiles implements FileContents {
    private final ManifestArchive archive;

    public ManifestFiles(ManifestArchive archive) {
        this.archive = archive;
    }

    @Override
    public synchronized Found find(Baseline baseline, Set<NodePath> paths, Set<Digest> contents)
            throws IOException {
        Map<NodePath, Set<Digest>> found = new HashMap<>();
        Map<Digest, NodePath> places = new HashMap<>();
        try (InputStream packed = archive.open(baseline.manifest());
                ManifestReader reader = new ManifestReader(packed, baseline.manifest())) {
            @Nullable Entry entry = reader.next();
            while (entry != null) {
                @Nullable Digest content = content(entry.leaf());
                if (content != null) {
                    NodePath path = ExecutedPath.ofTree(entry.path());
                    if (paths.contains(path)) {
                        found.computeIfAbsent(path, absent -> new HashSet<>()).add(content);
                    }
                    if (contents.contains(content)) {
                        places.putIfAbsent(content, entry.path());
                    }
                }
                entry = reader.next();
            }
        } catch (MalformedInputException e) {
            throw new IOException("the manifest on disk is damaged", e);
        }
        return new Found(found, places);
    }

    private static @Nullable Digest content(Leaf leaf) {
        return leaf.attribute(Leaf.CONTENT)
                .map(hex -> Digest.of(Bytes.ofHex(hex.lossyText())))
                .orElse(null);
    }
}

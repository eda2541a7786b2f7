package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A folder with `proc/` and `sys/` that a test fills, and what is measured of it.
final class CapturedKernel {
    static final String BOOT_ID = "0d663954-dc1d-4b4b-92d8-dbfc250f1322";

    private final Path root;

    CapturedKernel(Path root) {
        this.root = root;
        file("proc/cmdline", "quiet\n");
        file("proc/sys/kernel/random/boot_id", BOOT_ID + "\n");
        file("proc/1/mountinfo", "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n");
    }

    Path root() {
        return root;
    }

    CapturedKernel file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.ISO_8859_1));
    }

    CapturedKernel file(String name, byte[] content) {
        try {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    KernelObservation observe() {
        return KernelCollector.of(root, root).collect();
    }

    Map<NodePath, Leaf> leaves() {
        Map<NodePath, Leaf> leaves = new TreeMap<>();
        for (Entry entry : observe().entries()) {
            leaves.put(entry.path(), entry.leaf());
        }
        return leaves;
    }

    Optional<Leaf> leaf(String path) {
        return Optional.ofNullable(leaves().get(NodePath.of(path)));
    }

    Optional<String> attribute(String path, String name) {
        return leaf(path).flatMap(leaf -> leaf.attribute(name)).map(Bytes::lossyText);
    }

    Optional<String> value(String path) {
        return attribute(path, Leaf.VALUE);
    }
}

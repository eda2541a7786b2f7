package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// Every sysctl that can be read, named as sysctl(8) prints it: components joined by `.`, a `.`
/// inside a component as `/`. The value is the kernel's bytes without the final line feed and
/// otherwise as they are, tabs included: `kernel.modprobe` may hold a path with two blanks, and
/// that is another program than the one with one.
///
/// Network, IPC and host name sysctls are those of the reader's own namespaces.
final class Sysctls {
    static final NodePath BELOW = NodePath.of("kernel/sysctl");
    static final int MAX_VALUE_BYTES = 64 << 10;

    /// The kernel's own tree is seven deep; a captured folder may be anything.
    private static final int MAX_DEPTH = 32;

    private final KernelFiles files;
    private final Nodes nodes;

    Sysctls(KernelFiles files, Nodes nodes) {
        this.files = files;
        this.nodes = nodes;
    }

    void collect() {
        walk(files.root().resolve("proc/sys"), Bytes.EMPTY, 0);
    }

    private void walk(Path directory, Bytes dotted, int depth) {
        switch (files.list(directory)) {
            case KernelFiles.Listing.Names names -> visit(names.children(), dotted, depth);
            case KernelFiles.Listing.Failed failed ->
                    nodes.addReading(
                            dotted.isEmpty() ? BELOW : BELOW.child(Segment.of(dotted)),
                            failed.reading());
        }
    }

    private void visit(List<Path> children, Bytes dotted, int depth) {
        for (Path child : children) {
            Bytes name = component(FileNames.of(child));
            Bytes full = dotted.isEmpty() ? name : dotted.plus(Bytes.utf8(".")).plus(name);
            if (!Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                nodes.addReading(BELOW.child(Segment.of(full)), files.read(child, MAX_VALUE_BYTES));
            } else if (depth < MAX_DEPTH) {
                walk(child, full, depth + 1);
            } else {
                nodes.addUnreadable(BELOW.child(Segment.of(full)), "too deep");
            }
        }
    }

    private static Bytes component(Bytes name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(name.length());
        for (int i = 0; i < name.length(); i++) {
            out.write(name.at(i) == '.' ? '/' : name.at(i));
        }
        return Bytes.copyOf(out.toByteArray());
    }
}

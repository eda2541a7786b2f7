package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The loaded modules with their taint flags (`O` out of tree, `E` unsigned …; empty for a clean
/// one).
///
/// A module stands in `/proc/modules` and in `/sys/module`; rootkits unlink themselves from one of
/// them. One that is only in one is measured with the attribute {@link #ONLY_IN}.
final class Modules {
    static final NodePath BELOW = NodePath.of("kernel/module");
    static final String ONLY_IN = "only-in";

    private static final int MAX_LIST_BYTES = 8 << 20;
    private static final int MAX_TAINT_BYTES = 64;

    /// A module that is loaded between the two lists is in both the next time.
    private static final int ATTEMPTS = 3;

    private final KernelFiles files;
    private final Nodes nodes;

    Modules(KernelFiles files, Nodes nodes) {
        this.files = files;
        this.nodes = nodes;
    }

    void collect() {
        Map<Bytes, Leaf> leaves = Map.of();
        for (int i = 0; i < ATTEMPTS; i++) {
            leaves = observe();
            if (leaves.values().stream().noneMatch(leaf -> leaf.attribute(ONLY_IN).isPresent())) {
                break;
            }
        }
        leaves.forEach((name, leaf) -> nodes.add(BELOW.child(Segment.of(name)), leaf));
    }

    private Map<Bytes, Leaf> observe() {
        Map<Bytes, Leaf> leaves = new TreeMap<>();
        Map<Bytes, Bytes> listed = new TreeMap<>();
        switch (files.read("proc/modules", MAX_LIST_BYTES)) {
            case Reading.Content content -> Lines.of(content.bytes()).forEach(l -> line(listed, l));
            case Reading.Absent noModules -> {}
            case Reading.Unreadable unreadable -> nodes.addUnreadable(BELOW, unreadable.reason());
        }
        Path sysModule = files.root().resolve("sys/module");
        for (Path module : files.childrenOrNone("sys/module")) {
            // Built-in ones have no initstate and are the kernel image's matter.
            if (Files.exists(module.resolve("initstate"), LinkOption.NOFOLLOW_LINKS)) {
                Bytes name = FileNames.of(module);
                Leaf taint = taint(module.resolve("taint"));
                leaves.put(name, listed.remove(name) == null ? onlyIn("sys", taint) : taint);
            }
        }
        boolean sysIsThere = Files.isDirectory(sysModule, LinkOption.NOFOLLOW_LINKS);
        listed.forEach(
                (name, taint) -> {
                    Leaf leaf = Leaf.ofValue(taint);
                    leaves.put(name, sysIsThere ? onlyIn("proc", leaf) : leaf);
                });
        return leaves;
    }

    private Leaf taint(Path file) {
        return switch (files.read(file, MAX_TAINT_BYTES)) {
            case Reading.Content content -> Leaf.ofValue(content.value());
            case Reading.Absent absent -> Leaf.ofReason(Kind.UNREADABLE, "no taint file");
            case Reading.Unreadable unreadable ->
                    Leaf.ofReason(Kind.UNREADABLE, unreadable.reason());
        };
    }

    private static Leaf onlyIn(String where, Leaf leaf) {
        Map<String, Bytes> attributes = new TreeMap<>(leaf.attributes());
        attributes.put(ONLY_IN, Bytes.utf8(where));
        return Leaf.of(leaf.kind(), attributes);
    }

    /// proc(5): name, size, references, users, state, address and `(FLAGS)` where there are any, in
    /// which `+` and `-` are states of loading, not taint.
    private static void line(Map<Bytes, Bytes> listed, Bytes line) {
        List<Bytes> words = Lines.words(line);
        if (words.isEmpty()) {
            return;
        }
        String last = words.getLast().lossyText();
        boolean flagged = words.size() > 5 && last.matches("\\([A-Z+-]{1,32}\\)");
        listed.put(
                words.getFirst(),
                flagged ? Bytes.utf8(last.replaceAll("[^A-Z]", "")) : Bytes.EMPTY);
    }
}

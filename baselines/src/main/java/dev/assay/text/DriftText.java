package dev.assay.text;

import dev.assay.baseline.Drift;
import dev.assay.baseline.Drift.AttributeChange;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Drifts as lines for people.
public final class DriftText {
    private static final NodePath FILES = NodePath.of("fs");
    private static final NodePath SYSCTLS = NodePath.of("kernel/sysctl");
    private static final int DIGEST_CHARS = 4;

    private DriftText() {}

    /// `/usr/bin/ssh` of `fs/usr/bin/ssh`, `kernel.kptr_restrict` of that sysctl, else the node's
    /// name.
    public static String name(NodePath path) {
        if (path.startsWith(FILES)) {
            return "/" + path.relativeTo(FILES);
        }
        return path.startsWith(SYSCTLS) && !path.equals(SYSCTLS)
                ? path.relativeTo(SYSCTLS).toString()
                : path.toString();
    }

    /// What happened to it, where nobody can look at the file.
    public static String detail(Drift drift) {
        return detail(drift, path -> Optional.empty());
    }

    /// @param start the first bytes of an added file
    public static String detail(Drift drift, Function<NodePath, Optional<Bytes>> start) {
        Leaf golden = drift.golden();
        Leaf measured = drift.measured();
        return switch (drift.change()) {
            case ADDED -> {
                Leaf added = Objects.requireNonNull(measured);
                yield LeafText.description(added, start.apply(drift.path()));
            }
            case REMOVED -> {
                Leaf removed = Objects.requireNonNull(golden);
                yield "was " + LeafText.description(removed, Optional.empty());
            }
            case CHANGED -> changes(drift);
            case UNREADABLE, UNSTABLE -> LeafText.reason(Objects.requireNonNull(measured));
        };
    }

    private static String changes(Drift drift) {
        Leaf golden = Objects.requireNonNull(drift.golden());
        Leaf measured = Objects.requireNonNull(drift.measured());
        boolean valueBefore = isValue(golden);
        if (valueBefore && isValue(measured)) {
            return LeafText.value(golden) + " → " + LeafText.value(measured);
        }
        List<AttributeChange> changes = drift.attributes();
        boolean content = changes.stream().anyMatch(change -> change.name().equals(Leaf.CONTENT));
        List<String> parts = new ArrayList<>();
        for (AttributeChange change : changes) {
            // That another content has another length is no news.
            if (!(content && change.name().equals(Leaf.SIZE))) {
                parts.add(change(change));
            }
        }
        return String.join(", ", parts);
    }

    private static boolean isValue(Leaf leaf) {
        return switch (leaf.kind()) {
            case VALUE, HELD -> true;
            case FILE,
                    DIRECTORY,
                    SYMLINK,
                    CHAR_DEVICE,
                    BLOCK_DEVICE,
                    FIFO,
                    SOCKET,
                    MOUNT,
                    UNREADABLE,
                    UNSTABLE ->
                    false;
        };
    }

    private static String change(AttributeChange change) {
        String name = change.name();
        if (name.equals(Leaf.CONTENT)
                || name.equals(Leaf.PREFIX)
                || name.startsWith(Leaf.XATTR_DIGEST)) {
            return name + " " + digest(change.golden()) + "→" + digest(change.measured());
        }
        return name + " " + text(change.golden()) + " → " + text(change.measured());
    }

    private static String digest(@Nullable Bytes hex) {
        if (hex == null) {
            return "none";
        }
        String text = hex.lossyText();
        return text.substring(0, Math.min(DIGEST_CHARS, text.length())) + "…";
    }

    private static String text(@Nullable Bytes value) {
        return value == null ? "none" : LeafText.text(value);
    }
}

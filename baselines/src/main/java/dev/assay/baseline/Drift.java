package dev.assay.baseline;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One difference between a golden tree and a measured one.
///
/// @param golden null where the path is not in the baseline
/// @param measured null where the path is not on the host
/// @param owner package and version that the host's own database names for the path; descriptive
/// @param survivesReset whether a reboot would leave it in place
public record Drift(
        NodePath path,
        @Nullable Leaf golden,
        @Nullable Leaf measured,
        @Nullable String owner,
        boolean survivesReset) {
    /// What happened to the path.
    public enum Change {
        ADDED,
        REMOVED,
        CHANGED,
        UNREADABLE,
        UNSTABLE
    }

    /// One attribute of a changed leaf; null where one side has none.
    public record AttributeChange(String name, @Nullable Bytes golden, @Nullable Bytes measured) {}

    /// @throws IllegalArgumentException where nothing differs
    public Drift {
        if (Objects.equals(golden, measured)) {
            throw new IllegalArgumentException("no drift at " + path);
        }
    }

    public Change change() {
        if (measured == null) {
            return Change.REMOVED;
        }
        return switch (measured.kind()) {
            case UNREADABLE -> Change.UNREADABLE;
            case UNSTABLE -> Change.UNSTABLE;
            case FILE,
                    DIRECTORY,
                    SYMLINK,
                    CHAR_DEVICE,
                    BLOCK_DEVICE,
                    FIFO,
                    SOCKET,
                    VALUE,
                    MOUNT,
                    HELD ->
                    golden == null ? Change.ADDED : Change.CHANGED;
        };
    }

    /// Whether it says only that the agent could not look.
    public boolean isUndetermined() {
        return measured != null && measured.kind().isUndetermined();
    }

    /// The attributes that differ, by name; the kind is one of them. Empty unless both sides are
    /// there and were looked at: of what could not be read nothing is known to have changed.
    public List<AttributeChange> attributes() {
        if (golden == null || measured == null || isUndetermined()) {
            return List.of();
        }
        List<AttributeChange> changes = new ArrayList<>();
        if (golden.kind() != measured.kind()) {
            changes.add(
                    new AttributeChange(
                            "kind",
                            Bytes.utf8(golden.kind().wire()),
                            Bytes.utf8(measured.kind().wire())));
        }
        TreeSet<String> names = new TreeSet<>(golden.attributes().keySet());
        names.addAll(measured.attributes().keySet());
        for (String name : names) {
            @Nullable Bytes before = golden.attributes().get(name);
            @Nullable Bytes after = measured.attributes().get(name);
            if (!Objects.equals(before, after)) {
                changes.add(new AttributeChange(name, before, after));
            }
        }
        return List.copyOf(changes);
    }

    public Drift withOwner(@Nullable String newOwner) {
        return new Drift(path, golden, measured, newOwner, survivesReset);
    }
}

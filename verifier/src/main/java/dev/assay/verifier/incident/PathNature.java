package dev.assay.verifier.incident;

import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Leaf;
import dev.assay.scope.TripwireNames;
import dev.assay.tree.NodePath;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a path would let somebody do, by what a tripwire would say of it (FORMAT.md, section 5),
/// and whether it looks like what programs write for themselves. Names and modes are all there is
/// to go by: a script without an execute bit looks like any other file.
///
/// @param dangers a word each, as `set-id`; sorted
/// @param data whether it is a cache, a spool, a copy that an editor left, and no danger
public record PathNature(SortedSet<String> dangers, boolean data) {
    private static final int SET_ID = 06000;
    private static final int ANY_EXECUTE = 0111;
    private static final int WORLD_WRITABLE = 0002;
    private static final int STICKY = 01000;
    private static final String CAPABILITY = "security.capability";

    private static final List<NodePath> DATA_PLACES =
            List.of(NodePath.of("fs/var"), NodePath.of("fs/tmp"), NodePath.of("fs/run"));

    private static final Pattern DATA_NAME =
            Pattern.compile(
                    ".*(~|\\.sw[a-p]|\\.bak|\\.orig|\\.tmp|\\.cache|\\.pid|\\.lock|\\.log|\\.pyc|\\.old"
                            + "|\\.journal|-journal)");

    private static final Pattern DATA_FOLDER = Pattern.compile("\\.?cache|__pycache__|.*\\.cache");

    private static final Pattern MODULE = Pattern.compile(".*\\.ko(\\.(gz|xz|zst))?");

    public PathNature {
        dangers = Collections.unmodifiableSortedSet(new TreeSet<>(dangers));
    }

    public static PathNature of(Drift drift) {
        return of(drift.path(), drift.measured());
    }

    /// @param leaf null where the path is gone: what is not there does nothing
    public static PathNature of(NodePath path, @Nullable Leaf leaf) {
        NavigableSet<String> dangers = leaf == null ? new TreeSet<>() : dangers(path, leaf);
        return new PathNature(dangers, dangers.isEmpty() && isData(path));
    }

    private static NavigableSet<String> dangers(NodePath path, Leaf leaf) {
        NavigableSet<String> dangers = new TreeSet<>();
        switch (leaf.kind()) {
            case FILE -> {
                ofMode(leaf, dangers);
                TripwireNames.of(path).ifPresent(dangers::add);
                if (MODULE.matcher(path.name().lossyText()).matches()) {
                    dangers.add("kernel-module");
                }
                leaf.attributes().keySet().stream()
                        .filter(name -> name.endsWith("." + CAPABILITY))
                        .forEach(name -> dangers.add("capability"));
            }
            case SYMLINK -> TripwireNames.of(path).ifPresent(dangers::add);
            case DIRECTORY -> {
                int mode = mode(leaf);
                if ((mode & WORLD_WRITABLE) != 0 && (mode & STICKY) == 0) {
                    dangers.add("world-writable");
                }
            }
            case CHAR_DEVICE, BLOCK_DEVICE -> dangers.add("device");
            case MOUNT -> dangers.add("mount");
            case VALUE -> ofValue(path, dangers);
            case FIFO, SOCKET, HELD, UNREADABLE, UNSTABLE -> {}
        }
        if (!leaf.kind().isUndetermined()) {
            // A leaf of a rotating or data-only place says itself which tripwire it touched.
            leaf.attribute(Leaf.REASON).map(Bytes::lossyText).ifPresent(dangers::add);
        }
        return dangers;
    }

    private static void ofMode(Leaf leaf, NavigableSet<String> dangers) {
        int mode = mode(leaf);
        if ((mode & SET_ID) != 0) {
            dangers.add("set-id");
        }
        if ((mode & ANY_EXECUTE) != 0) {
            dangers.add("executable");
        }
        if ((mode & WORLD_WRITABLE) != 0) {
            dangers.add("world-writable");
        }
    }

    private static void ofValue(NodePath path, NavigableSet<String> dangers) {
        String text = path.toString();
        if (text.startsWith("kernel/module/")) {
            dangers.add("kernel-module");
        } else if (text.startsWith("verity/")) {
            dangers.add("verity");
        } else if (text.startsWith("kernel/")) {
            dangers.add("kernel-setting");
        }
    }

    private static int mode(Leaf leaf) {
        String mode = leaf.attribute(Leaf.MODE).map(Bytes::lossyText).orElse("");
        return mode.matches("[0-7]{1,6}") ? Integer.parseInt(mode, 8) : 0;
    }

    private static boolean isData(NodePath path) {
        return DATA_PLACES.stream().anyMatch(place -> path.startsWith(place))
                || DATA_NAME.matcher(path.name().lossyText()).matches()
                || path.segments().stream()
                        .anyMatch(name -> DATA_FOLDER.matcher(name.lossyText()).matches());
    }
}

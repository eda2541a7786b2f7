package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The mount table of PID 1 (proc_pid_mountinfo(5)): the mount on `/usr` is the node `mount/usr`,
/// the one on `/` the node `mount` itself.
///
/// A leaf has the file system's type, the root of the mount within it (so that a bind mount shows),
/// and the options of the mount, sorted, with {@link #SUPERBLOCK_READ_ONLY} where the file system
/// itself is read-only. The source and the super block's options are left out: device names, sizes
/// and overlay folders are not equal on golden hosts. Where several mounts lie on one point, the
/// leaf is the topmost's and `stacked` counts them: something mounted over a golden folder hides
/// it.
final class MountTable {
    static final NodePath ROOT = NodePath.of("mount");
    static final String FSTYPE = "fstype";
    static final String OPTIONS = "options";
    static final String FS_ROOT = "root";
    static final String STACKED = "stacked";

    /// The folder that was mounted has been deleted since.
    static final String ROOT_DELETED = "root-deleted";

    static final String SUPERBLOCK_READ_ONLY = "sb-ro";

    /// The dm-verity device that is mounted: a verified device beside an unverified `/usr` proves
    /// nothing about `/usr`.
    static final String VERITY = "verity";

    private static final int MAX_TABLE_BYTES = 64 << 20;
    private static final Bytes DELETED = Bytes.utf8("//deleted");
    private static final Bytes NSFS = Bytes.utf8("nsfs");
    private static final Bytes SEPARATOR = Bytes.utf8("-");

    private record Mount(Bytes id, Bytes parent, Bytes point, Leaf leaf) {}

    private final KernelFiles files;
    private final Map<String, Bytes> verityByDevice;
    private final Nodes nodes;

    /// @param verityByDevice the dm-verity devices' names by `MAJOR:MINOR`
    MountTable(KernelFiles files, Map<String, Bytes> verityByDevice, Nodes nodes) {
        this.files = files;
        this.verityByDevice = Map.copyOf(verityByDevice);
        this.nodes = nodes;
    }

    void collect() {
        switch (files.read("proc/1/mountinfo", MAX_TABLE_BYTES)) {
            case Reading.Content content -> table(content.bytes(), "proc/1/mountinfo");
            case Reading.Absent hidden -> ofThisProcess(hidden);
            case Reading.Unreadable unreadable -> ofThisProcess(unreadable);
        }
    }

    /// Where the table of PID 1 is hidden (hidepid=), this process's own is better than none, and
    /// the basis says so.
    private void ofThisProcess(Reading why) {
        switch (files.read("proc/self/mountinfo", MAX_TABLE_BYTES)) {
            case Reading.Content content -> table(content.bytes(), "proc/self/mountinfo");
            case Reading.Absent absent -> nodes.addReading(ROOT, why);
            case Reading.Unreadable unreadable -> nodes.addUnreadable(ROOT, unreadable.reason());
        }
    }

    private void table(Bytes text, String basis) {
        nodes.basis("mount", basis);
        Map<Bytes, List<Mount>> byPoint = new LinkedHashMap<>();
        Set<Bytes> seen = new HashSet<>();
        int notUnderstood = 0;
        for (Bytes line : Lines.of(text)) {
            Mount mount = parse(Lines.words(line));
            if (mount == null) {
                notUnderstood++;
            } else if (seen.add(mount.id())) {
                // The table is not read at once: a mount may appear twice while others come and go.
                byPoint.computeIfAbsent(mount.point(), absent -> new ArrayList<>()).add(mount);
            }
        }
        byPoint.forEach((point, mounts) -> nodes.add(path(point), leaf(mounts)));
        if (notUnderstood > 0) {
            nodes.addUnreadable(ROOT, "mount table has lines that are not understood");
        }
    }

    private static Leaf leaf(List<Mount> mounts) {
        Set<Bytes> covered = new HashSet<>();
        mounts.forEach(mount -> covered.add(mount.parent()));
        Mount top =
                mounts.reversed().stream()
                        .filter(mount -> !covered.contains(mount.id()))
                        .findFirst()
                        .orElse(mounts.getLast());
        if (mounts.size() == 1) {
            return top.leaf();
        }
        Map<String, Bytes> attributes = new TreeMap<>(top.leaf().attributes());
        attributes.put(STACKED, Bytes.utf8(Integer.toString(mounts.size())));
        return Leaf.of(Kind.MOUNT, attributes);
    }

    private static NodePath path(Bytes point) {
        NodePath path = ROOT;
        int start = 1;
        for (int i = 1; i <= point.length() && point.length() > 1; i++) {
            if (i == point.length() || point.at(i) == '/') {
                path = path.child(Segment.of(point.slice(start, i)));
                start = i + 1;
            }
        }
        return path;
    }

    /// Null where the line is no mount: id, parent, device, root, point, options, optional fields,
    /// `-`, type, source, super block's options.
    private @Nullable Mount parse(List<Bytes> words) {
        int separator = words.indexOf(SEPARATOR);
        if (separator < 6 || words.size() < separator + 4) {
            return null;
        }
        Bytes point = unescape(words.get(4));
        if (point.isEmpty() || point.at(0) != '/' || point.length() > 16 << 10) {
            return null;
        }
        Map<String, Bytes> attributes = new TreeMap<>();
        Bytes type = unescape(words.get(separator + 1));
        attributes.put(FSTYPE, type);
        Bytes root = unescape(words.get(3));
        if (type.equals(NSFS)) {
            // `net:[4026532281]`: an inode's number is another one on every boot.
            root = Bytes.utf8(root.lossyText().replaceAll("[0-9]", ""));
        }
        int kept = root.length() - DELETED.length();
        if (kept >= 0 && root.slice(kept, root.length()).equals(DELETED)) {
            attributes.put(ROOT_DELETED, Bytes.utf8("1"));
            root = root.slice(0, kept);
        }
        attributes.put(FS_ROOT, root);
        Bytes verity = verityByDevice.get(words.get(2).lossyText());
        if (verity != null) {
            attributes.put(VERITY, verity);
        }
        attributes.put(OPTIONS, options(words.get(5), words.get(separator + 3)));
        boolean fits =
                attributes.values().stream().allMatch(v -> v.length() <= Leaf.MAX_VALUE_BYTES);
        return fits
                ? new Mount(words.get(0), words.get(1), point, Leaf.of(Kind.MOUNT, attributes))
                : null;
    }

    private static Bytes options(Bytes ofMount, Bytes ofSuperBlock) {
        // ISO 8859-1 keeps every byte, and its order as text is the bytes' order.
        List<String> options = new ArrayList<>(List.of(latin1(ofMount).split(",")));
        if (List.of(latin1(ofSuperBlock).split(",")).contains("ro")) {
            options.add(SUPERBLOCK_READ_ONLY);
        }
        options.sort(null);
        return Bytes.copyOf(String.join(",", options).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String latin1(Bytes bytes) {
        return new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
    }

    /// `\040` and the like, which stand for blanks, tabs, line feeds and backslashes.
    static Bytes unescape(Bytes word) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(word.length());
        for (int i = 0; i < word.length(); i++) {
            int value = word.at(i) == '\\' ? octal(word, i + 1) : -1;
            if (value >= 0) {
                out.write(value);
                i += 3;
            } else {
                out.write(word.at(i));
            }
        }
        return Bytes.copyOf(out.toByteArray());
    }

    private static int octal(Bytes word, int from) {
        if (from + 3 > word.length()) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < from + 3; i++) {
            int digit = word.at(i) - '0';
            if (digit < 0 || digit > 7) {
                return -1;
            }
            value = value << 3 | digit;
        }
        return value > 0xff ? -1 : value;
    }
}

package dev.assay.agent.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.collect.files.FileStat;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.MutabilityClass;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class FileTreeTest {
    private static final Bytes TOP = Bytes.utf8("fs");
    private static final FileStat DIRECTORY = stat(040755, 4096, 7);

    static FileStat stat(int mode, long size, long inode) {
        FileStat.Time time = new FileStat.Time(1_700_000_000 + inode, 5);
        return new FileStat(
                mode, 0, 4_294_967_295L, size, 1, 1L << 32, inode, 0, 0, time, time, false);
    }

    private static Bytes leaf(String reason) {
        return Leaf.ofReason(Kind.FIFO, reason).encode();
    }

    /// What stands under the names of one directory, and the naive tree of the same.
    private static final class Naive {
        final SortedMap<NodePath, Bytes> leaves = new TreeMap<>();

        List<Entry> entries() {
            List<Entry> entries = new ArrayList<>();
            leaves.forEach((path, leaf) -> entries.add(new Entry(path, leaf)));
            return entries;
        }
    }

    private static Bytes name(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 255 : 3)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == 0 || bytes[i] == '/' || bytes[i] == '.' ? (byte) 'a' : bytes[i];
        }
        return Bytes.copyOf(bytes);
    }

    private static void fill(
            Random random, FolderBuilder folder, NodePath path, Naive naive, int depth) {
        if (random.nextInt(4) > 0) {
            Bytes own = leaf("directory " + random.nextInt(3));
            folder.itself(DIRECTORY, true, own);
            naive.leaves.put(path, own);
        } else {
            folder.itself(DIRECTORY, true, null);
        }
        Set<Bytes> taken = new HashSet<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            Bytes name = name(random);
            if (!taken.add(name)) {
                continue;
            }
            NodePath its = path.child(name);
            switch (random.nextInt(depth > 0 ? 5 : 4)) {
                case 0 -> {
                    FileStat stat = stat(0106755, random.nextLong(Long.MAX_VALUE), i);
                    Digest content = Digest.ofContent(name);
                    folder.file(name, MutabilityClass.IMMUTABLE, stat, content, i, true);
                    naive.leaves.put(its, encoded(stat, content));
                }
                case 1 -> {
                    Bytes leaf = leaf("x".repeat(random.nextInt(300)));
                    FileStat stat = random.nextBoolean() ? null : stat(0100644, 1, i);
                    folder.entry(name, MutabilityClass.METADATA, stat, i - 2, leaf, i, true);
                    naive.leaves.put(its, leaf);
                }
                case 2 -> folder.entry(name, null, stat(0100644, 1, i), 0, null, i, true);
                case 3 -> folder.leftOut(name, "a reason");
                case 4 -> {
                    boolean leftOut = random.nextInt(5) == 0;
                    FolderBuilder child = folder.child(name, null, leftOut ? "left" : null, null);
                    fill(random, child, its, naive, depth - 1);
                }
                default -> throw new AssertionError();
            }
        }
        folder.release();
    }

    private static Bytes encoded(FileStat stat, Digest content) {
        return Leaf.of(
                        Kind.FILE,
                        Map.of(
                                Leaf.MODE,
                                stat.modeText(),
                                Leaf.UID,
                                Bytes.utf8(Long.toString(stat.uid())),
                                Leaf.GID,
                                Bytes.utf8(Long.toString(stat.gid())),
                                Leaf.SIZE,
                                Bytes.utf8(Long.toString(stat.size())),
                                Leaf.CONTENT,
                                Bytes.utf8(content.hex())))
                .encode();
    }

    @RepeatedTest(200)
    void digestIsThatOfTheSameEntriesOneByOne() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Naive naive = new Naive();
        FolderBuilder top = FolderBuilder.top(null, path -> {});
        fill(random, top.child(TOP, null, null, null), NodePath.of("fs"), naive, 4);
        top.release();
        FileTree tree = top.tree();

        List<Entry> entries = new ArrayList<>();
        tree.forEach(entries::add);

        String as = "seed " + seed;
        assertThat(entries).as(as).isEqualTo(naive.entries());
        assertThat(tree.size()).as(as).isEqualTo(entries.size());
        assertThat(tree.digest("fs"))
                .as(as)
                .isEqualTo(MeasurementSet.Roots.of(entries).subtrees().get("fs"));
    }

    @Test
    void digestOfATreeWithoutLeavesIsNone() {
        FolderBuilder top = FolderBuilder.top(null, path -> {});
        FolderBuilder fs = top.child(TOP, null, null, null);
        fs.entry(Bytes.utf8("a"), null, stat(0100644, 1, 1), 0, null, 0, true);
        fs.release();
        top.release();

        assertThat(top.tree().digest("fs")).isNull();
        assertThat(top.tree().digest("other")).isNull();
        assertThat(top.tree()).isEmpty();
    }

    private static FileTree tree(@Nullable FileTree known, String... leaves) {
        FolderBuilder top = FolderBuilder.top(known, path -> {});
        Known.Found fsBefore = top.known() == null ? null : top.known().find(TOP);
        FolderBuilder fs = top.child(TOP, null, null, fsBefore == null ? null : fsBefore.below());
        fs.itself(DIRECTORY, true, null);
        for (String directory : List.of("a", "b")) {
            Bytes name = Bytes.utf8(directory);
            Known.Found before = fs.known() == null ? null : fs.known().find(name);
            FolderBuilder folder =
                    fs.child(name, null, null, before == null ? null : before.below());
            folder.itself(DIRECTORY, true, leaf(directory));
            for (String leaf : leaves) {
                if (!leaf.startsWith(directory)) {
                    continue;
                }
                Bytes file = Bytes.utf8(leaf);
                Known.Found kept = folder.known() == null ? null : folder.known().find(file);
                if (kept != null && kept.isUnchanged(stat(0100644, 1, leaf.hashCode()))) {
                    folder.keep(kept);
                } else {
                    FileStat stat = stat(0100644, 1, leaf.hashCode());
                    folder.file(
                            file, MutabilityClass.IMMUTABLE, stat, Digest.ofContent(file), 9, true);
                }
            }
            folder.release();
        }
        fs.release();
        top.release();
        return top.tree();
    }

    private static Folder folder(FileTree tree, String... names) {
        Folder folder = tree.top();
        for (String name : names) {
            Known.Found found = new Known(folder).find(Bytes.utf8(name));
            folder = Objects.requireNonNull(Objects.requireNonNull(found).below());
        }
        return folder;
    }

    @Test
    void unchangedFolderIsTheSameObjectAndAChangedOneIsNot() {
        FileTree before = tree(null, "a1", "a2", "b1");

        FileTree after = tree(before, "a1", "a2", "b1", "b2");

        assertThat(folder(after, "fs", "a")).isSameAs(folder(before, "fs", "a"));
        assertThat(folder(after, "fs", "b")).isNotSameAs(folder(before, "fs", "b"));
        assertThat(after.digest("fs")).isEqualTo(tree(null, "a1", "a2", "b1", "b2").digest("fs"));
        assertThat(tree(after, "a1", "a2", "b1", "b2").top()).isSameAs(after.top());
    }

    @Test
    void nameThatIsGoneIsNotKept() {
        FileTree before = tree(null, "a1", "a2", "b1");

        FileTree after = tree(before, "a2", "b1");

        assertThat(after.digest("fs")).isEqualTo(tree(null, "a2", "b1").digest("fs"));
    }

    @Test
    void everyNameIsFoundAndNoOther() {
        FolderBuilder top = FolderBuilder.top(null, path -> {});
        Random random = new Random(3);
        Set<Bytes> names = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            Bytes name = name(random);
            if (names.add(name)) {
                top.entry(name, null, null, -1, leaf("x"), 0, false);
            }
        }
        top.release();
        Known known = new Known(top.result());

        assertThat(names).allMatch(name -> known.find(name) != null);
        assertThat(known.size()).isEqualTo(names.size());
        assertThat(known.find(Bytes.utf8("not there at all"))).isNull();
        assertThat(known.find(Bytes.EMPTY)).isNull();
    }

    /// The record has no device of its own: a file that was bound over another is not told from it.
    @Test
    void fileOfAnotherFilesystemThanItsFolderIsNotBelieved() {
        FolderBuilder top = FolderBuilder.top(null, path -> {});
        FolderBuilder folder = top.child(TOP, MutabilityClass.IMMUTABLE, null, null);
        folder.itself(DIRECTORY, true, leaf("directory"));
        FileStat beneath = stat(0100644, 5, 9);
        FileStat bound =
                new FileStat(
                        0100644,
                        0,
                        0,
                        5,
                        1,
                        2L << 32,
                        9,
                        0,
                        0,
                        beneath.modified(),
                        beneath.changed(),
                        false);
        Digest content = Digest.ofContent(Bytes.utf8("bound"));
        Bytes plain = Bytes.utf8("plain");
        Bytes other = Bytes.utf8("other");
        folder.file(plain, MutabilityClass.IMMUTABLE, bound, content, 1_800_000_000, true);
        folder.entry(other, MutabilityClass.IMMUTABLE, bound, 5, leaf("it"), 1_800_000_000, true);
        folder.release();
        top.release();
        Known known =
                new Known(
                        Objects.requireNonNull(
                                Objects.requireNonNull(new Known(top.tree().top()).find(TOP))
                                        .below()));

        assertThat(Objects.requireNonNull(known.find(plain)).isUnchanged(beneath)).isFalse();
        assertThat(Objects.requireNonNull(known.find(other)).isUnchanged(beneath)).isFalse();
    }
}

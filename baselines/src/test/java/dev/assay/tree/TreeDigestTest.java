package dev.assay.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.fixture.RandomTrees;
import dev.assay.fixture.Seed;
import dev.assay.measurement.Entry;
import dev.assay.measurement.MeasurementSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TreeDigestTest {
    private static final Digest SOME = Digest.ofContent(Bytes.utf8("some"));

    private static Digest naive(Iterable<Entry> entries) throws Exception {
        NaiveTree tree = new NaiveTree();
        for (Entry entry : entries) {
            tree.put(entry.path().value().toArray(), entry.encoded().toArray());
        }
        return Digest.of(Bytes.copyOf(tree.digest()));
    }

    @Test
    void theFoldAgreesWithTheNaiveReferenceOnRandomTrees() throws Exception {
        Random random = Seed.random("tree digest");
        RandomTrees trees = new RandomTrees(random);
        for (int i = 0; i < 4000; i++) {
            List<Entry> entries = trees.entries(i % 100 == 0 ? 400 : 25, i % 50 == 0 ? 60 : 6);
            List<Entry> shuffled = new ArrayList<>(entries);
            Collections.shuffle(shuffled, random);
            MeasurementSet.Roots roots = MeasurementSet.of(shuffled).roots();
            assertThat(roots.total()).as("tree %d", i).isEqualTo(naive(entries));
            assertThat(roots).isEqualTo(MeasurementSet.Roots.of(entries));
            for (Map.Entry<String, Digest> subtree : roots.subtrees().entrySet()) {
                assertThat(subtree.getValue())
                        .isEqualTo(naiveBelow(entries, NodePath.of(subtree.getKey())));
            }
        }
    }

    /// The digest of a part is the digest of the tree that the part would be alone.
    private static Digest naiveBelow(List<Entry> entries, NodePath top) throws Exception {
        NaiveTree tree = new NaiveTree();
        for (Entry entry : entries) {
            if (entry.path().startsWith(top)) {
                tree.put(entry.path().value().toArray(), entry.encoded().toArray());
            }
        }
        return tree.onlyChild();
    }

    @Test
    void aSubtreesDigestStandsForTheSubtree() {
        Random random = Seed.random("subtree digest");
        RandomTrees trees = new RandomTrees(random);
        for (int i = 0; i < 2000; i++) {
            List<Entry> entries = trees.entries(30, 6);
            Map<NodePath, Digest> digests = new HashMap<>();
            TreeFold whole = new TreeFold(digests::put);
            entries.forEach(entry -> whole.add(entry.path(), entry.encoded()));
            Digest root = whole.finish();
            digests.remove(NodePath.ROOT);
            List<NodePath> inner = new ArrayList<>(digests.keySet());
            if (inner.isEmpty()) {
                continue;
            }
            NodePath cut = inner.get(random.nextInt(inner.size()));
            TreeFold fold = new TreeFold();
            boolean done = false;
            for (Entry entry : entries) {
                if (!done && entry.path().compareTo(cut) >= 0) {
                    fold.addSubtree(cut, Objects.requireNonNull(digests.get(cut)));
                    done = true;
                }
                if (!entry.path().startsWith(cut)) {
                    fold.add(entry.path(), entry.encoded());
                }
            }
            assertThat(fold.finish()).isEqualTo(root);
        }
    }

    @Test
    void everyNodeIsToldOnceAndChildrenBeforeTheirParents() {
        RandomTrees trees = new RandomTrees(Seed.random("listener"));
        for (int i = 0; i < 300; i++) {
            List<NodePath> told = new ArrayList<>();
            TreeFold fold = new TreeFold((path, digest) -> told.add(path));
            trees.entries(40, 6).forEach(entry -> fold.add(entry.path(), entry.encoded()));
            fold.finish();
            assertThat(told).doesNotHaveDuplicates().endsWith(NodePath.ROOT);
            for (int j = 0; j < told.size() - 1; j++) {
                assertThat(told.indexOf(told.get(j).parent())).isGreaterThan(j);
            }
        }
    }

    @Test
    void movingAByteFromANameIntoALeafChangesTheDigest() {
        TreeFold one = new TreeFold();
        one.add(NodePath.of("ab"), Bytes.utf8("c"));
        TreeFold other = new TreeFold();
        other.add(NodePath.of("a"), Bytes.utf8("bc"));
        assertThat(one.finish()).isNotEqualTo(other.finish());
    }

    @Test
    void anEmptyDirectoryIsNotAnAbsentOne() {
        TreeFold none = new TreeFold();
        TreeFold one = new TreeFold();
        one.add(NodePath.of("fs"), Bytes.EMPTY);
        assertThat(one.finish()).isNotEqualTo(none.finish());
    }

    @Test
    void aParentWithAnEmptyLeafIsAParentThatWasOnlyNamed() {
        TreeFold named = new TreeFold();
        named.add(NodePath.of("fs/a"), Bytes.utf8("x"));
        TreeFold given = new TreeFold();
        given.add(NodePath.of("fs"), Bytes.EMPTY);
        given.add(NodePath.of("fs/a"), Bytes.utf8("x"));
        assertThat(named.finish()).isEqualTo(given.finish());
    }

    @Test
    void pathsThatAreNotInOrderAreRefused() {
        for (List<String> wrong :
                List.of(
                        List.of("b", "a"),
                        List.of("a", "a"),
                        List.of("a/b", "a"),
                        List.of("a-", "a/b"),
                        List.of("a/b", "a/b/c", "a/b"))) {
            TreeFold fold = new TreeFold();
            String last = wrong.getLast();
            wrong.subList(0, wrong.size() - 1)
                    .forEach(path -> fold.add(NodePath.of(path), Bytes.EMPTY));
            assertThatThrownBy(() -> fold.add(NodePath.of(last), Bytes.EMPTY))
                    .as("%s", wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nothingIsAddedInsideASubtreeGivenByItsDigest() {
        TreeFold fold = new TreeFold();
        fold.addSubtree(NodePath.of("a"), SOME);
        assertThatThrownBy(() -> fold.add(NodePath.of("a/b"), Bytes.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TreeFold().addSubtree(NodePath.ROOT, SOME))
                .isInstanceOf(IllegalArgumentException.class);
        fold.add(NodePath.of("ab"), Bytes.EMPTY);
    }

    /// One path of 32,768 segments fits into a report of one megabyte.
    @Test
    void theDeepestPathCostsNoMoreThanItsLength() {
        NodePath deepest = NodePath.of("a" + "/a".repeat(NodePath.MAX_BYTES / 2 - 1));
        long used = usedBytes();
        TreeFold fold = new TreeFold();
        fold.add(deepest, Bytes.EMPTY);
        long grown = usedBytes() - used;
        assertThat(fold.finish()).isNotNull();
        assertThat(grown).isLessThan(100L << 20);
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

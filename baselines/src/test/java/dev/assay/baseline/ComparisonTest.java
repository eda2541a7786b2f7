package dev.assay.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.fixture.RandomTrees;
import dev.assay.fixture.Samples;
import dev.assay.fixture.Seed;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Scope;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
    static List<Drift> compare(List<Entry> golden, List<Entry> measured, Scope scope)
            throws Exception {
        List<Drift> drifts = new ArrayList<>();
        Comparison.run(EntrySource.of(golden), EntrySource.of(measured), scope, drifts::add);
        return drifts;
    }

    private static Map<NodePath, Leaf> byPath(List<Entry> entries) {
        Map<NodePath, Leaf> leaves = new HashMap<>();
        entries.forEach(entry -> leaves.put(entry.path(), entry.leaf()));
        return leaves;
    }

    @Test
    void everyDriftIsToldOnceAndInOrderAsANaiveComparisonOfMapsFindsIt() throws Exception {
        Random random = Seed.random("comparison");
        RandomTrees trees = new RandomTrees(random);
        for (int i = 0; i < 2000; i++) {
            List<Entry> golden = trees.entries(30, 6);
            List<Entry> measured =
                    i % 10 == 0
                            ? trees.entries(30, 6)
                            : trees.changed(golden, 1 + random.nextInt(6));
            Map<NodePath, Leaf> before = byPath(golden);
            Map<NodePath, Leaf> after = byPath(measured);
            TreeSet<NodePath> paths = new TreeSet<>(before.keySet());
            paths.addAll(after.keySet());
            List<NodePath> naive =
                    paths.stream()
                            .filter(
                                    path ->
                                            !(before.containsKey(path)
                                                    && before.get(path).equals(after.get(path))))
                            .toList();
            List<Drift> drifts = compare(golden, measured, Samples.scope());
            assertThat(drifts.stream().map(Drift::path)).containsExactlyElementsOf(naive);
            for (Drift drift : drifts) {
                assertThat(drift.golden()).isEqualTo(before.get(drift.path()));
                assertThat(drift.measured()).isEqualTo(after.get(drift.path()));
            }
        }
    }

    @Test
    void aTreeDoesNotDriftFromItself() throws Exception {
        RandomTrees trees = new RandomTrees(Seed.random("comparison with itself"));
        for (int i = 0; i < 200; i++) {
            List<Entry> golden = trees.entries(50, 6);
            assertThat(compare(golden, golden, Samples.scope())).isEmpty();
        }
    }

    @Test
    void theChangeFollowsFromTheTwoSides() {
        Leaf one = Leaf.of(Kind.FILE, Map.of("mode", Bytes.utf8("0644")));
        Leaf other = Leaf.of(Kind.SYMLINK, Map.of("target", Bytes.utf8("x")));
        Leaf unreadable = Leaf.ofReason(Kind.UNREADABLE, "EACCES");
        Leaf unstable = Leaf.ofReason(Kind.UNSTABLE, "changed while read");
        NodePath path = NodePath.of("fs/a");
        assertThat(new Drift(path, null, one, null, true).change()).isEqualTo(Drift.Change.ADDED);
        assertThat(new Drift(path, one, null, null, true).change()).isEqualTo(Drift.Change.REMOVED);
        assertThat(new Drift(path, one, other, null, true).change())
                .isEqualTo(Drift.Change.CHANGED);
        assertThat(new Drift(path, one, unreadable, null, true).change())
                .isEqualTo(Drift.Change.UNREADABLE);
        assertThat(new Drift(path, null, unstable, null, true).change())
                .isEqualTo(Drift.Change.UNSTABLE);
        assertThat(new Drift(path, one, other, null, true).attributes())
                .extracting(Drift.AttributeChange::name)
                .containsExactly("kind", "mode", "target");
        assertThat(new Drift(path, one, unreadable, null, true).attributes()).isEmpty();
    }

    @Test
    void whatNoRuleCoversIsTakenToSurviveAReset() throws Exception {
        Leaf leaf = Leaf.of(Kind.FILE, Map.of());
        Map<String, Boolean> survives = new TreeMap<>();
        List<Entry> measured =
                List.of(
                        Entry.of(NodePath.of("fs/etc/a"), leaf),
                        Entry.of(NodePath.of("fs/usr/a"), leaf),
                        Entry.of(NodePath.of("kernel/a"), leaf));
        for (Drift drift : compare(List.of(), measured, Samples.scope())) {
            survives.put(drift.path().toString(), drift.survivesReset());
        }
        assertThat(survives)
                .isEqualTo(Map.of("fs/etc/a", true, "fs/usr/a", false, "kernel/a", true));
    }
}

package dev.assay.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Evidence;
import dev.assay.fixture.RandomTrees;
import dev.assay.fixture.Samples;
import dev.assay.fixture.Seed;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A list of drifts can be neither trimmed nor padded: applied to the golden tree it gives the
/// measured root, and every other list gives another root or is refused.
final class DriftReportTest {
    private static final Leaf FILE = Leaf.of(Kind.FILE, Map.of("mode", Bytes.utf8("0644")));
    private static final Leaf OTHER = Leaf.of(Kind.FILE, Map.of("mode", Bytes.utf8("4755")));

    private static DriftReport report(List<Entry> golden, List<Entry> measured) throws Exception {
        DriftCollector collector = new DriftCollector();
        Comparison.run(
                EntrySource.of(golden), EntrySource.of(measured), Samples.scope(), collector);
        Map<NodePath, String> owners = new HashMap<>();
        collector.listed().forEach(drift -> owners.put(drift.path(), "package 1.0"));
        DriftReport report = collector.report(MeasurementSet.of(measured), owners);
        Bytes json = Json.write(report);
        DriftReport read = Json.parse(json, DriftReport.class, Evidence.MAX_BYTES);
        assertThat(Json.write(read)).isEqualTo(json);
        assertThat(read.total()).isEqualTo(collector.total());
        return read;
    }

    private static ClaimedTree claim(List<Entry> golden, DriftReport report) throws Exception {
        GoldenTree tree = GoldenTree.of(EntrySource.of(golden));
        try {
            ClaimedTree claimed = ClaimedTree.of(EntrySource.of(golden), report, Samples.scope());
            assertThat(ClaimedTree.of(tree, report, Samples.scope())).isEqualTo(claimed);
            return claimed;
        } catch (MalformedInputException refused) {
            assertThatThrownBy(() -> ClaimedTree.of(tree, report, Samples.scope()))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessage(refused.getMessage());
            throw refused;
        }
    }

    private static Digest root(List<Entry> entries) {
        return MeasurementSet.of(entries).roots().total();
    }

    /// What a liar may send instead: refused where it is built or applied, or another root.
    private interface Lie {
        DriftReport report() throws Exception;
    }

    private static void requireLieShows(List<Entry> golden, Digest attested, Lie lie)
            throws Exception {
        try {
            assertThat(claim(golden, lie.report()).root()).isNotEqualTo(attested);
        } catch (MalformedInputException | IllegalArgumentException refused) {
            assertThat(refused).isNotNull();
        }
    }

    @Test
    void aReportGivesTheMeasuredRootAndNoOtherListDoes() throws Exception {
        Random random = Seed.random("drift report");
        RandomTrees trees = new RandomTrees(random);
        for (int i = 0; i < 800; i++) {
            List<Entry> golden = trees.entries(25, 6);
            List<Entry> measured = trees.changed(golden, 1 + random.nextInt(5));
            DriftReport report = report(golden, measured);
            ClaimedTree claimed = claim(golden, report);
            assertThat(claimed.root()).isEqualTo(root(measured));
            assertThat(claimed.drifts().stream().map(drift -> drift.withOwner(null)))
                    .containsExactlyElementsOf(
                            ComparisonTest.compare(golden, measured, Samples.scope()));
            lieAboutItems(trees, random, golden, measured, report);
        }
    }

    private static void lieAboutItems(
            RandomTrees trees,
            Random random,
            List<Entry> golden,
            List<Entry> measured,
            DriftReport report)
            throws Exception {
        Digest attested = root(measured);
        List<DriftReport.Item> items = report.items();
        int at = random.nextInt(items.size());
        DriftReport.Item item = items.get(at);
        requireLieShows(golden, attested, () -> with(items, at, null));
        Leaf leaf = trees.leaf();
        if (!LeafJson.write(leaf).equals(item.measured())) {
            requireLieShows(
                    golden,
                    attested,
                    () ->
                            with(
                                    items,
                                    at,
                                    new DriftReport.Item(item.path(), LeafJson.write(leaf), null)));
        }
        if (item.measured() != null) {
            requireLieShows(
                    golden,
                    attested,
                    () -> with(items, at, new DriftReport.Item(item.path(), null, null)));
        }
        TreeMap<NodePath, DriftReport.Item> padded = new TreeMap<>();
        items.forEach(drift -> padded.put(drift.path(), drift));
        NodePath more = trees.path(3, 5);
        if (!padded.containsKey(more)) {
            Map<String, String> same =
                    measured.stream()
                            .filter(entry -> entry.path().equals(more))
                            .findFirst()
                            .map(entry -> LeafJson.write(entry.leaf()))
                            .orElse(null);
            padded.put(more, new DriftReport.Item(more, same, null));
            List<DriftReport.Item> list = List.copyOf(padded.values());
            requireLieShows(golden, attested, () -> new DriftReport(list, List.of(), list.size()));
        }
    }

    private static DriftReport with(
            List<DriftReport.Item> items, int at, DriftReport.@Nullable Item item) {
        List<DriftReport.Item> changed = new ArrayList<>(items);
        changed.remove(at);
        if (item != null) {
            changed.add(at, item);
        }
        return new DriftReport(changed, List.of(), changed.size());
    }

    /// More drifts than a report lists, at many depths: it names subtrees.
    private static List<Entry> many(int count, int folders, String top) {
        TreeMap<NodePath, Entry> entries = new TreeMap<>();
        IntStream.range(0, count)
                .mapToObj(
                        i ->
                                NodePath.of(top)
                                        .child("d" + i % folders)
                                        .child("e" + i % 7)
                                        .child("f" + i))
                .forEach(path -> entries.put(path, Entry.of(path, FILE)));
        return new ArrayList<>(entries.values());
    }

    private static List<Entry> plus(List<Entry> entries, String path, Leaf leaf) {
        TreeMap<NodePath, Entry> all = new TreeMap<>();
        entries.forEach(entry -> all.put(entry.path(), entry));
        all.put(NodePath.of(path), Entry.of(NodePath.of(path), leaf));
        return new ArrayList<>(all.values());
    }

    private static void requireSubtreesHold(List<Entry> golden, List<Entry> measured)
            throws Exception {
        DriftReport report = report(golden, measured);
        assertThat(report.items()).isEmpty();
        assertThat(report.subtrees()).isNotEmpty();
        Digest attested = root(measured);
        assertThat(claim(golden, report).root()).isEqualTo(attested);
        List<DriftReport.Subtree> subtrees = report.subtrees();
        for (int at : new int[] {0, subtrees.size() / 2, subtrees.size() - 1}) {
            DriftReport.Subtree subtree = subtrees.get(at);
            requireLieShows(golden, attested, () -> without(subtrees, at));
            requireLieShows(golden, attested, () -> withDigest(subtrees, at, Samples.DIGEST));
            if (subtree.digest() != null) {
                requireLieShows(golden, attested, () -> withDigest(subtrees, at, null));
            }
        }
    }

    private static DriftReport without(List<DriftReport.Subtree> subtrees, int at) {
        List<DriftReport.Subtree> changed = new ArrayList<>(subtrees);
        changed.remove(at);
        return of(changed);
    }

    private static DriftReport withDigest(
            List<DriftReport.Subtree> subtrees, int at, @Nullable Digest digest) {
        List<DriftReport.Subtree> changed = new ArrayList<>(subtrees);
        DriftReport.Subtree old = changed.get(at);
        changed.set(
                at,
                new DriftReport.Subtree(
                        old.path(),
                        digest,
                        old.added(),
                        old.removed(),
                        old.changed(),
                        old.undetermined()));
        return of(changed);
    }

    private static DriftReport of(List<DriftReport.Subtree> subtrees) {
        return new DriftReport(
                List.of(),
                subtrees,
                subtrees.stream().mapToLong(DriftReport.Subtree::drifts).sum());
    }

    @Test
    void moreThanAReportListsBecomesItsSubtrees() throws Exception {
        List<Entry> golden = plus(many(3, 2, "fs/usr"), "kernel/x", FILE);
        requireSubtreesHold(
                golden, plus(many(DriftReport.MAX_ITEMS + 5, 9, "fs/usr"), "kernel/x", OTHER));
        requireSubtreesHold(plus(many(2500, 40, "fs"), "mount/a", FILE), List.of());
    }

    @Test
    void moreFoldersThanAReportListsAreToldByWhatHoldsThem() throws Exception {
        List<Entry> golden = plus(List.of(), "kernel/x", FILE);
        List<Entry> measured = plus(many(3000, 300, "fs/usr"), "kernel/x", OTHER);
        DriftReport report = report(golden, measured);
        assertThat(report.subtrees())
                .extracting(subtree -> subtree.path().toString())
                .containsExactly("fs/usr", "kernel/x");
        requireSubtreesHold(golden, measured);
    }

    @Test
    void aDriftOfTheTopLevelNodeTakesInWhatLiesBelowIt() throws Exception {
        List<Entry> golden = plus(plus(many(10, 2, "fs/usr"), "fs", FILE), "kernel/x", FILE);
        List<Entry> measured = plus(plus(many(2500, 20, "fs/usr"), "fs", OTHER), "kernel/x", OTHER);
        DriftReport report = report(golden, measured);
        assertThat(report.subtrees())
                .extracting(subtree -> subtree.path().toString())
                .containsExactly("fs", "kernel/x");
        requireSubtreesHold(golden, measured);
    }

    @Test
    void aRemovedWholeSubtreeHasNoDigest() throws Exception {
        List<Entry> golden = plus(many(2500, 5, "fs/opt/app"), "fs/etc", FILE);
        List<Entry> measured = plus(List.of(), "fs/etc", OTHER);
        DriftReport report = report(golden, measured);
        assertThat(report.subtrees())
                .filteredOn(subtree -> subtree.path().toString().startsWith("fs/opt"))
                .isNotEmpty()
                .allMatch(subtree -> subtree.digest() == null);
        requireSubtreesHold(golden, measured);
    }

    @Test
    void pathsShorterThanTheDepthStandForThemselves() throws Exception {
        List<Entry> golden = plus(List.of(), "fs/a", FILE);
        List<Entry> measured = new ArrayList<>(many(2100, 3, "fs/deep/er/still"));
        measured = plus(plus(plus(measured, "fs/a", OTHER), "fs/b", FILE), "top", FILE);
        requireSubtreesHold(golden, measured);
    }

    @Test
    void randomTreesPastTheLimitHoldToo() throws Exception {
        Random random = Seed.random("subtree report");
        RandomTrees trees = new RandomTrees(random);
        for (int i = 0; i < 4; i++) {
            List<Entry> golden = trees.entries(100, 5);
            TreeMap<NodePath, Entry> measured = new TreeMap<>();
            trees.changed(golden, 20).forEach(entry -> measured.put(entry.path(), entry));
            while (measured.size() < 2600) {
                NodePath path = trees.path(2, 8);
                measured.put(path, Entry.of(path, trees.leaf()));
            }
            requireSubtreesHold(golden, new ArrayList<>(measured.values()));
        }
    }

    @Test
    void anUnchangedSubtreeAsPaddingIsRefused() throws Exception {
        List<Entry> golden = plus(many(10, 2, "fs/usr"), "kernel/x", FILE);
        List<Entry> measured = plus(many(2500, 2, "fs/usr"), "kernel/x", FILE);
        List<DriftReport.Subtree> padded = new ArrayList<>(report(golden, measured).subtrees());
        Digest kernel = root(List.of(Entry.of(NodePath.of("x"), FILE)));
        Digest unchanged =
                MeasurementSet.of(measured).roots().subtrees().getOrDefault("kernel", kernel);
        padded.add(new DriftReport.Subtree(NodePath.of("kernel"), unchanged, 1, 0, 0, 0));
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> claim(golden, of(padded)));
        padded.set(
                padded.size() - 1,
                new DriftReport.Subtree(NodePath.of("nowhere"), null, 0, 1, 0, 0));
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> claim(golden, of(padded)));
    }

    /// Names of bytes that are escaped, owners of the longest length: three times what they count.
    @Test
    void theLargestReportFitsIntoTheEvidence() throws Exception {
        List<Entry> measured = new ArrayList<>();
        for (int i = 0; i < DriftReport.MAX_ITEMS; i++) {
            byte[] name = new byte[200];
            Arrays.fill(name, (byte) 0x80);
            NodePath path =
                    NodePath.of("fs")
                            .child(Bytes.copyOf(name).plus(Bytes.utf8("%05d".formatted(i))));
            measured.add(Entry.of(path, FILE));
        }
        DriftCollector collector = new DriftCollector();
        Comparison.run(
                EntrySource.of(List.of()), EntrySource.of(measured), Samples.scope(), collector);
        Map<NodePath, String> owners = new HashMap<>();
        measured.forEach(entry -> owners.put(entry.path(), "o".repeat(256)));
        DriftReport report = collector.report(MeasurementSet.of(measured), owners);
        assertThat(Json.write(report).length()).isLessThan(DriftReport.MAX_ITEM_CHARS + 100);
        DriftCollector few = new DriftCollector();
        List<Entry> some = measured.subList(0, 700);
        Comparison.run(EntrySource.of(List.of()), EntrySource.of(some), Samples.scope(), few);
        DriftReport listed = few.report(MeasurementSet.of(some), owners);
        assertThat(listed.items()).hasSize(700).anyMatch(item -> item.owner() != null);
        assertThat(Json.write(listed).length()).isLessThan(DriftReport.MAX_ITEM_CHARS + 100);
    }

    @Test
    void reportsThatBreakARuleAreRefused() {
        DriftReport.Item a = new DriftReport.Item(NodePath.of("fs/a"), null, null);
        DriftReport.Item b = new DriftReport.Item(NodePath.of("fs/b"), null, null);
        DriftReport.Subtree one = new DriftReport.Subtree(NodePath.of("fs"), null, 1, 0, 0, 0);
        DriftReport.Subtree below = new DriftReport.Subtree(NodePath.of("fs/a"), null, 1, 0, 0, 0);
        List<Lie> lies =
                List.of(
                        () -> new DriftReport(List.of(), List.of(), 0),
                        () -> new DriftReport(List.of(b, a), List.of(), 2),
                        () -> new DriftReport(List.of(a, a), List.of(), 2),
                        () -> new DriftReport(List.of(a, b), List.of(), 1),
                        () -> new DriftReport(List.of(a, b), List.of(), 1_000_000),
                        () -> new DriftReport(List.of(b), List.of(one), 2),
                        () -> new DriftReport(List.of(), List.of(one, below), 2),
                        () -> new DriftReport(List.of(), List.of(one), 2));
        for (Lie lie : lies) {
            assertThatThrownBy(lie::report).isInstanceOf(IllegalArgumentException.class);
        }
        for (long[] counts :
                new long[][] {{0, 0, 0, 0}, {-1, 2, 0, 0}, {Long.MAX_VALUE, 0, 0, 0}}) {
            assertThatThrownBy(
                            () ->
                                    new DriftReport.Subtree(
                                            NodePath.of("fs"),
                                            null,
                                            counts[0],
                                            counts[1],
                                            counts[2],
                                            counts[3]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new DriftReport.Item(NodePath.ROOT, null, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DriftReport.Subtree(NodePath.ROOT, null, 1, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.assay.agent.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.MutabilityClass;
import dev.assay.tree.NodePath;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One directory with more names than are held.
class FullFolderTest {
    private static final Bytes NAME = Bytes.utf8("many");
    private static final Bytes DRIFT = Leaf.ofReason(Kind.FIFO, "drift").encode();
    private static final Bytes DIRECTORY = Leaf.ofReason(Kind.FIFO, "directory").encode();
    private static final long MAX_BYTES = 1000;

    private static FolderBuilder top(@Nullable FileTree known) {
        return FolderBuilder.top(known, path -> {}, MAX_BYTES);
    }

    private static FolderBuilder many(FolderBuilder top) {
        Known known = top.known();
        Known.Found found = known == null ? null : known.find(NAME);
        FolderBuilder many =
                top.child(
                        NAME,
                        MutabilityClass.DATA_ONLY,
                        null,
                        found == null ? null : found.below());
        many.itself(FileTreeTest.stat(040755, 4096, 7), true, DIRECTORY);
        return many;
    }

    private static void put(FolderBuilder folder, String name, @Nullable Bytes leaf) {
        folder.entry(
                Bytes.utf8(name),
                MutabilityClass.DATA_ONLY,
                FileTreeTest.stat(0100644, 1, 1),
                0,
                leaf,
                5,
                true);
    }

    private static FileTree sealed(FolderBuilder many, FolderBuilder top) {
        many.release();
        top.release();
        return top.tree();
    }

    /// A drift, and then until it is full.
    private static FileTree filled() {
        FolderBuilder top = top(null);
        FolderBuilder many = many(top);
        put(many, "a-drift", DRIFT);
        for (int i = 0; !many.isFull(); i++) {
            put(many, "file-" + i, null);
        }
        return sealed(many, top);
    }

    private static SortedMap<NodePath, Leaf> leaves(FileTree tree) {
        SortedMap<NodePath, Leaf> leaves = new TreeMap<>();
        for (Entry entry : tree) {
            leaves.put(entry.path(), entry.leaf());
        }
        return leaves;
    }

    @Test
    void itIsUndeterminedAndTheDriftThatWasFoundStays() {
        NodePath path = NodePath.of("many");

        assertThat(leaves(filled()))
                .containsOnlyKeys(path, path.child(Bytes.utf8("a-drift")))
                .containsEntry(path, Leaf.ofReason(Kind.UNREADABLE, "holds too many names"));
    }

    @Test
    void oneThatHoldsLessIsNotFull() {
        FolderBuilder top = top(null);
        FolderBuilder many = many(top);
        put(many, "a-drift", DRIFT);

        assertThat(many.isFull()).isFalse();
        assertThat(sealed(many, top).totals().undetermined()).isZero();
    }

    @Test
    void namesThatAreKeptAsTheyWereCountAsWell() {
        FolderBuilder top = top(filled());
        FolderBuilder many = many(top);
        many.keepOthers(Set.of());

        assertThat(many.isFull()).isTrue();
    }

    @Test
    void namesThatAreKeptAndNewOnesStandInTheirOrder() {
        FolderBuilder top = top(null);
        FolderBuilder many = many(top);
        put(many, "b", DRIFT);
        put(many, "d", DRIFT);
        FolderBuilder next = top(sealed(many, top));
        FolderBuilder again = many(next);
        put(again, "e", DRIFT);
        put(again, "a", DRIFT);
        again.keepOthers(Set.of());
        put(again, "c", DRIFT);

        assertThat(sealed(again, next))
                .extracting(entry -> entry.path().toString())
                .containsExactly("many", "many/a", "many/b", "many/c", "many/d", "many/e");
    }

    @Test
    void recordsLongerThanABlockAreHeldWhole() {
        RecordPile pile = new RecordPile();
        RecordWriter writer = new RecordWriter();
        for (int bytes : new int[] {70_000, 1, 70_000, 60_000, 200, 6000, 65_536}) {
            writer.clear().name(NAME).fixed(Records.NO_CLASS | Records.LEFT_OUT, 2);
            pile.add(writer.framed(Bytes.copyOf(new byte[bytes])));
        }

        assertThat(IntStream.of(pile.places()).map(place -> pile.at(place).reason().length()))
                .containsExactly(70_000, 1, 70_000, 60_000, 200, 6000, 65_536);
    }
}

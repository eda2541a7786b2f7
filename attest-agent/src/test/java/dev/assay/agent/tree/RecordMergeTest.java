package dev.assay.agent.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.baseline.Coverage;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.MutabilityClass;
import dev.assay.tree.Digest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One name that a changing directory listed twice.
class RecordMergeTest {
    private static final Bytes NAME = Bytes.utf8("name");
    private static final Bytes UNREADABLE = Leaf.ofReason(Kind.UNREADABLE, "EIO").encode();

    private FolderBuilder top;

    @BeforeEach
    void makeTop() {
        top = FolderBuilder.top(null, path -> {});
    }

    private static Bytes leaf(String reason) {
        return Leaf.ofReason(Kind.FIFO, reason).encode();
    }

    private void entry(@Nullable Bytes leaf) {
        top.entry(
                NAME, MutabilityClass.METADATA, FileTreeTest.stat(0100644, 1, 1), 0, leaf, 5, true);
    }

    private void directory(Bytes leaf, String... files) {
        FolderBuilder folder = top.child(NAME, null, null, null);
        folder.itself(FileTreeTest.stat(040755, 1, 2), true, leaf);
        for (String file : files) {
            folder.entry(Bytes.utf8(file), null, null, -1, leaf("file"), 0, false);
        }
        folder.release();
    }

    private List<String> entries() {
        top.release();
        List<String> lines = new ArrayList<>();
        for (Entry entry : top.tree()) {
            lines.add(entry.path() + " " + entry.leaf());
        }
        return lines;
    }

    private static String line(String path, Bytes leaf) {
        return path + " " + new Entry(dev.assay.tree.NodePath.of(path), leaf).leaf();
    }

    @Test
    void equalAnswersAreOneAnswer() {
        entry(leaf("x"));
        entry(leaf("x"));

        assertThat(entries()).containsExactly(line("name", leaf("x")));
    }

    @Test
    void differentAnswersAreNoAnswer() {
        entry(leaf("x"));
        entry(leaf("y"));

        assertThat(entries())
                .containsExactly(
                        line("name", Leaf.ofReason(Kind.UNSTABLE, "listed twice").encode()));
    }

    @Test
    void answerThatCouldNotBeDeterminedWinsInEitherOrder() {
        entry(leaf("x"));
        entry(UNREADABLE);
        entry(leaf("y"));

        assertThat(entries()).containsExactly(line("name", UNREADABLE));
    }

    @Test
    void stampOfOneOfTwoAnswersIsNotBelieved() {
        entry(leaf("x"));
        entry(leaf("x"));
        top.release();

        Known.Found found = new Known(top.result()).find(NAME);

        assertThat(found)
                .isNotNull()
                .matches(name -> !name.isUnchanged(FileTreeTest.stat(0100644, 1, 1)));
    }

    @Test
    void directoryThatWasEnteredTwiceKeepsTheLookThatFoundMore() {
        directory(leaf("d"), "a");
        directory(leaf("d"), "a", "b", "c");
        directory(leaf("d"));

        assertThat(entries())
                .containsExactly(
                        line("name", leaf("d")),
                        line("name/a", leaf("file")),
                        line("name/b", leaf("file")),
                        line("name/c", leaf("file")));
    }

    @Test
    void directoryThatIsAFileNextTimeIsUndetermined() {
        directory(leaf("d"), "a");
        entry(leaf("file"));

        assertThat(entries())
                .containsExactly(
                        line("name", Leaf.ofReason(Kind.UNSTABLE, "listed twice").encode()),
                        line("name/a", leaf("file")));
    }

    @Test
    void plainFilesWithOtherContentsAreNoAnswer() {
        for (String content : List.of("one", "two")) {
            top.file(
                    NAME,
                    MutabilityClass.IMMUTABLE,
                    FileTreeTest.stat(0100644, 3, 1),
                    Digest.ofContent(Bytes.utf8(content)),
                    5,
                    true);
        }

        assertThat(entries())
                .containsExactly(
                        line("name", Leaf.ofReason(Kind.UNSTABLE, "listed twice").encode()));
    }

    @Test
    void whatIsLeftOutAndMeasuredKeepsBothItsLeafAndItsReason() {
        top.leftOut(NAME, "why");
        entry(leaf("x"));

        assertThat(entries()).containsExactly(line("name", leaf("x")));
        assertThat(top.tree().totals().notMeasured())
                .containsExactly(new Coverage.NotMeasured("name", "why"));
    }

    @Test
    void oneLookWithoutALeafAndOneWithHasTheLeaf() {
        entry(null);
        entry(leaf("x"));

        assertThat(entries()).containsExactly(line("name", leaf("x")));
    }

    @Test
    void directoryThatWasEnteredAndLeftOutKeepsTheReason() {
        directory(leaf("d"), "a");
        top.leftOut(NAME, "why");

        assertThat(entries())
                .containsExactly(line("name", leaf("d")), line("name/a", leaf("file")));
        assertThat(top.tree().totals().notMeasured())
                .containsExactly(new Coverage.NotMeasured("name", "why"));
    }
}

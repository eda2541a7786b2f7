package dev.assay.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.fixture.RandomTrees;
import dev.assay.fixture.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NodePathTest {
    private static int naiveOrder(NodePath one, NodePath other) {
        List<Bytes> mine = one.segments();
        List<Bytes> theirs = other.segments();
        for (int i = 0; i < Math.min(mine.size(), theirs.size()); i++) {
            int order = Arrays.compareUnsigned(mine.get(i).toArray(), theirs.get(i).toArray());
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(mine.size(), theirs.size());
    }

    @Test
    void theOrderIsThatOfTheSegmentsOneByOne() {
        RandomTrees trees = new RandomTrees(Seed.random("path order"));
        for (int i = 0; i < 50_000; i++) {
            NodePath one = trees.path(2, 4);
            NodePath other = trees.path(2, 4);
            assertThat(Integer.signum(one.compareTo(other)))
                    .as("%s and %s", one, other)
                    .isEqualTo(Integer.signum(naiveOrder(one, other)));
        }
    }

    @Test
    void lyingBelowIsHavingTheSegmentsOfTheOther() {
        RandomTrees trees = new RandomTrees(Seed.random("path prefix"));
        for (int i = 0; i < 50_000; i++) {
            NodePath one = trees.path(1, 5);
            NodePath other = i % 3 == 0 ? one.parent() : trees.path(1, 3);
            List<Bytes> mine = one.segments();
            List<Bytes> theirs = other.segments();
            boolean below =
                    mine.size() >= theirs.size() && mine.subList(0, theirs.size()).equals(theirs);
            assertThat(one.startsWith(other)).isEqualTo(below);
            if (below) {
                assertThat(other.resolve(one.relativeTo(other))).isEqualTo(one);
            }
        }
    }

    @Test
    void theTextOfAPathIsTheTextOfItsSegmentsJoinedAndIsReadBack() {
        RandomTrees trees = new RandomTrees(Seed.random("path text"));
        for (int i = 0; i < 20_000; i++) {
            NodePath path = trees.path(2, 6);
            List<String> segments = new ArrayList<>();
            path.segments().forEach(segment -> segments.add(segment.toString()));
            assertThat(path.toString()).isEqualTo(String.join("/", segments));
            assertThat(NodePath.of(path.toString())).isEqualTo(path);
            assertThat(path.parent().child(path.name())).isEqualTo(path);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "a/", "/a", "a//b", ".", "..", "a/./b", "a/..", "%00", "a%2Fb", "%41"})
    void textThatNamesNoNodeIsRefused(String text) {
        assertThatThrownBy(() -> NodePath.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lengthsAreLimited() {
        String segment = "a".repeat(NodePath.MAX_SEGMENT_BYTES);
        assertThat(NodePath.of(segment).name().length()).isEqualTo(NodePath.MAX_SEGMENT_BYTES);
        assertThatThrownBy(() -> NodePath.of(segment + "a"))
                .isInstanceOf(IllegalArgumentException.class);
        String longest = "a/".repeat(NodePath.MAX_BYTES / 2 - 1) + "aa";
        assertThat(NodePath.of(longest).value().length()).isEqualTo(NodePath.MAX_BYTES);
        assertThatThrownBy(() -> NodePath.of(longest.substring(0, longest.length() - 1) + "/a"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesThatOnlyLookLikeDotsAreNames() {
        for (String name : List.of("...", ".a", "a.", " ", "..a")) {
            assertThat(NodePath.of(name).segments()).hasSize(1);
        }
    }
}

package dev.assay.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.fixture.RandomTrees;
import dev.assay.fixture.Seed;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PatternTest {
    /// FORMAT.md, section 10, by trying everything.
    private static boolean naive(String pattern, String name) {
        if (pattern.isEmpty()) {
            return name.isEmpty();
        }
        if (pattern.charAt(0) == '*') {
            return naive(pattern.substring(1), name)
                    || !name.isEmpty() && naive(pattern, name.substring(1));
        }
        if (name.isEmpty()) {
            return false;
        }
        char c = name.charAt(0);
        int end = 1;
        boolean one;
        switch (pattern.charAt(0)) {
            case '?' -> one = true;
            case '\\' -> {
                one = pattern.charAt(1) == c;
                end = 2;
            }
            case '[' -> {
                int from = pattern.charAt(1) == '!' ? 2 : 1;
                int close = pattern.indexOf(']', from + 1);
                one = (from == 2) != naiveSet(pattern.substring(from, close), c);
                end = close + 1;
            }
            default -> one = pattern.charAt(0) == c;
        }
        return one && naive(pattern.substring(end), name.substring(1));
    }

    private static boolean naiveSet(String set, char c) {
        if (set.isEmpty()) {
            return false;
        }
        if (set.length() >= 3 && set.charAt(1) == '-') {
            return set.charAt(0) <= c && c <= set.charAt(2) || naiveSet(set.substring(3), c);
        }
        return set.charAt(0) == c || naiveSet(set.substring(1), c);
    }

    private static String pick(Random random, String alphabet, int max) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(max + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    @Test
    void aGlobMatchesWhatTheNaiveMatcherMatches() {
        Random random = Seed.random("glob");
        int matched = 0;
        for (int i = 0; i < 200_000; i++) {
            String pattern = pick(random, "ab*?[]!-\\", 8);
            Glob glob;
            try {
                glob = Glob.of(pattern);
            } catch (IllegalArgumentException malformed) {
                continue;
            }
            String name = pick(random, "ab]!-\\*", 6);
            assertThat(glob.matches(Bytes.utf8(name)))
                    .as("%s on %s", pattern, name)
                    .isEqualTo(naive(pattern, name));
            matched += naive(pattern, name) ? 1 : 0;
        }
        assertThat(matched).isGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "[a", "[!", "[!]", "[]", "\\", "a\\", "[a\\"})
    void aPatternThatEndsWithinAnElementIsRefused(String pattern) {
        assertThatThrownBy(() -> Glob.of(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void manyStarsDoNotMakeANameSlow() {
        Glob glob = Glob.of("a*".repeat(500) + "b");
        assertThat(glob.matches(Bytes.utf8("a".repeat(4096)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "a/", "/a", "a//b", "a/[", "%", "%41", "a/%2F", "\u202e", "a/\\"})
    void aPatternThatIsNoneIsRefused(String pattern) {
        assertThatThrownBy(() -> PathPattern.of(pattern))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPatternHasALimitedNumberOfSegments() {
        String most = "a/".repeat(PathPattern.MAX_SEGMENTS - 1) + "a";
        assertThat(PathPattern.of(most).literal()).isEqualTo(NodePath.of(most));
        assertThatThrownBy(() -> PathPattern.of(most + "/a"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static boolean naiveMatches(List<Glob> pattern, List<Bytes> path) {
        if (pattern.isEmpty()) {
            return path.isEmpty();
        }
        List<Glob> rest = pattern.subList(1, pattern.size());
        if (pattern.getFirst().pattern().equals(Bytes.utf8("**"))) {
            return naiveMatches(rest, path)
                    || !path.isEmpty() && naiveMatches(pattern, path.subList(1, path.size()));
        }
        return !path.isEmpty()
                && pattern.getFirst().matches(path.getFirst())
                && naiveMatches(rest, path.subList(1, path.size()));
    }

    private static int naiveExact(List<PathPattern> patterns, NodePath path) {
        for (int i = patterns.size() - 1; i >= 0; i--) {
            if (naiveMatches(patterns.get(i).segments(), path.segments())) {
                return i;
            }
        }
        return -1;
    }

    private static int naiveCovering(List<PathPattern> patterns, NodePath path) {
        int here = naiveExact(patterns, path);
        return path.isRoot() ? here : Math.max(here, naiveCovering(patterns, path.parent()));
    }

    @Test
    void theLastPatternThatMatchesHereOrAboveIsFound() {
        Random random = Seed.random("path patterns");
        String[] segments = {"a", "b", "*", "**", "?", "[ab]", "c*"};
        for (int i = 0; i < 20_000; i++) {
            List<PathPattern> patterns = new ArrayList<>();
            for (int p = 1 + random.nextInt(5); p > 0; p--) {
                List<String> text = new ArrayList<>();
                for (int s = 1 + random.nextInt(4); s > 0; s--) {
                    text.add(segments[random.nextInt(segments.length)]);
                }
                patterns.add(PathPattern.of(String.join("/", text)));
            }
            NodePath path = NodePath.ROOT;
            PathMatcher.State state = new PathMatcher(patterns).root();
            requireSame(patterns, path, state);
            for (int depth = 0; depth < 5; depth++) {
                Bytes name = Bytes.utf8(List.of("a", "b", "c", "cd").get(random.nextInt(4)));
                path = path.child(name);
                boolean mayMatch = state.mayMatchBelow();
                state = state.child(name);
                requireSame(patterns, path, state);
                assertThat(mayMatch || naiveExact(patterns, path) < 0).isTrue();
            }
            assertThat(new PathMatcher(patterns).root().descend(path).covering())
                    .isEqualTo(state.covering());
        }
    }

    /// Each pattern waits for its own name, so that each set of names met is a state of its own.
    @Test
    void moreStatesThanAreKeptGiveTheSame() {
        Random random = Seed.random("many states");
        List<PathPattern> patterns = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            patterns.add(PathPattern.of("**/n" + i + "/**/end"));
        }
        PathMatcher matcher = new PathMatcher(patterns);
        for (int i = 0; i < 6000; i++) {
            NodePath path = NodePath.ROOT;
            for (int depth = 0; depth < 8; depth++) {
                path = path.child("n" + random.nextInt(16));
            }
            path = path.child("end");
            requireSame(patterns, path, matcher.root().descend(path));
        }
    }

    /// Whoever may make directories chooses the states; a heap of 192 MiB was full after 1,500.
    @Test
    void statesOfManyPatternsAtAnyDepthAreBoundedTogether() {
        int rules = 2000;
        List<PathPattern> patterns = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            patterns.add(PathPattern.of("**/n" + i));
        }
        PathMatcher matcher = new PathMatcher(patterns);
        for (int i = 0; i < 300; i++) {
            NodePath path = NodePath.ROOT.child("n" + i).child("n" + (rules - 1 - i)).child("f");
            assertThat(matcher.root().descend(path).covering()).hasValue(rules - 1 - i);
        }
        assertThat(matcher.keptPositions())
                .isPositive()
                .isLessThanOrEqualTo(PathMatcher.MAX_KEPT_POSITIONS);
    }

    private static void requireSame(
            List<PathPattern> patterns, NodePath path, PathMatcher.State state) {
        assertThat(state.covering().orElse(-1))
                .as("%s on %s", patterns, path)
                .isEqualTo(naiveCovering(patterns, path));
        assertThat(state.exact().orElse(-1)).isEqualTo(naiveExact(patterns, path));
    }

    @Test
    void hostileNamesAreMatchedByTheirBytes() {
        RandomTrees trees = new RandomTrees(Seed.random("hostile names"));
        for (int i = 0; i < 5000; i++) {
            Bytes name = trees.name();
            StringBuilder quoted = new StringBuilder();
            for (char c : name.toString().toCharArray()) {
                quoted.append("*?[\\".indexOf(c) >= 0 ? "\\" + c : Character.toString(c));
            }
            PathPattern pattern = PathPattern.of("fs/" + quoted);
            NodePath path = NodePath.of("fs").child(name);
            assertThat(new PathMatcher(List.of(pattern)).root().descend(path).exact()).hasValue(0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fs/etc/passwd, immutable",
        "fs/etc/machine-id, present",
        "fs/var/log/a/b, rotating",
        "fs/var/log/a/keep, immutable",
        "fs/home/x/.ssh/authorized_keys, immutable",
        "fs/home/x/.cache/y, unmeasured",
    })
    void theLastRuleThatMatchesGivesTheClass(String path, String wire) {
        Scope scope =
                new Scope(
                        "order",
                        1,
                        "order decides",
                        List.of(
                                rule("fs", "immutable"),
                                rule("fs/etc/machine-id", "present"),
                                rule("fs/var/log", "rotating"),
                                rule("fs/home", "unmeasured"),
                                rule("**/keep", "immutable"),
                                rule("fs/home/*/.ssh", "immutable")),
                        null);
        assertThat(RuleState.root(scope).descend(NodePath.of(path)).rule())
                .map(Rule::mutability)
                .hasValue(MutabilityClass.of(wire));
        assertThat(RuleState.root(scope).descend(NodePath.of("kernel/x")).rule()).isEmpty();
    }

    private static Rule rule(String path, String wire) {
        List<String> names = wire.equals("rotating") ? List.of("*") : List.<String>of();
        return new Rule(PathPattern.of(path), MutabilityClass.of(wire), "a test", null, names);
    }
}

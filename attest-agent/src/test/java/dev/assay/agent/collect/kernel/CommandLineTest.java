package dev.assay.agent.collect.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Leaf;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    @Test
    void flagsHaveTheEmptyValueAndKeysTheirs() {
        assertThat(value("quiet lockdown=integrity", "quiet")).isEqualTo("");
        assertThat(value("quiet lockdown=integrity", "lockdown")).isEqualTo("integrity");
    }

    @Test
    void repeatedKeysAreJoinedInOrder() {
        assertThat(value("console=tty0 x console=ttyS0,115200", "console"))
                .isEqualTo("tty0,ttyS0,115200");
    }

    @Test
    void aJoinedListIsNotARepeatedKey() {
        assertThat(leaves("a=1,2")).isNotEqualTo(leaves("a=1 a=2"));
        assertThat(leaves("a=1 a=2,3")).isNotEqualTo(leaves("a=1,2 a=3"));
    }

    /// `module.sig_enforce=` leaves off what `module.sig_enforce` switches on.
    @Test
    void aFlagIsNotAnEmptyValue() {
        assertThat(leaves("module.sig_enforce")).isNotEqualTo(leaves("module.sig_enforce="));
    }

    /// What stands behind `--` reaches init only, so that moving a parameter there switches it off.
    @Test
    void whatIsForInitIsNotAKernelParameter() {
        Map<Bytes, Leaf> leaves = leaves("lockdown=integrity -- single a=b \n");
        assertThat(leaves)
                .containsOnlyKeys(Bytes.utf8("lockdown"), Bytes.utf8("--"))
                .containsEntry(Bytes.utf8("--"), Leaf.ofValue(Bytes.utf8("single a=b")));
        assertThat(leaves).isNotEqualTo(leaves("-- lockdown=integrity single a=b"));
    }

    @Test
    void quotesHoldBlanksTogetherAndAreDropped() {
        assertThat(value("a=\"x y\" b", "a")).isEqualTo("x y");
        assertThat(value("\"a=x y\" b", "a")).isEqualTo("x y");
        assertThat(value("a=x\" \"y b", "a")).isEqualTo("x\" \"y");
        assertThat(leaves("\"a b\" c")).containsOnlyKeys(Bytes.utf8("a b"), Bytes.utf8("c"));
    }

    @Test
    void anOpenQuoteRunsToTheEnd() {
        assertThat(value("a=\"x y z", "a")).isEqualTo("x y z");
    }

    @Test
    void anEqualsSignInFirstPlaceDoesNotEndAKey() {
        assertThat(leaves("=x")).containsOnlyKeys(Bytes.utf8("=x"));
        assertThat(leaves("=x=y")).containsEntry(Bytes.utf8("=x"), Leaf.ofValue(Bytes.utf8("y")));
    }

    @Test
    void oddLinesNeverThrow() {
        for (String line :
                new String[] {"", " ", "\"", "\"\"", "=", "a=\"", "\"a=\"", "\"=\"", "--"}) {
            leaves(line);
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder line = new StringBuilder();
            for (int j = random.nextInt(12); j > 0; j--) {
                line.append("a=\" -,".charAt(random.nextInt(6)));
            }
            assertThat(leaves(line.toString())).as("seed %d: %s", seed, line).isNotNull();
        }
    }

    private static String value(String line, String key) {
        Leaf leaf = Objects.requireNonNull(leaves(line).get(Bytes.utf8(key)), key);
        return leaf.attribute(Leaf.VALUE).orElseThrow().lossyText();
    }

    private static Map<Bytes, Leaf> leaves(String line) {
        return CommandLine.parse(Bytes.utf8(line)).leaves();
    }
}

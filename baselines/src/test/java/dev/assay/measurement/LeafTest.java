package dev.assay.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.fixture.Mutations;
import dev.assay.fixture.RandomTrees;
import dev.assay.fixture.Seed;
import dev.assay.tree.NodePath;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LeafTest {
    /// FORMAT.md, section 4, word for word.
    private static Bytes naive(Leaf leaf) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        frame32(out, Bytes.utf8(leaf.kind().wire()));
        for (Map.Entry<String, Bytes> attribute : new TreeMap<>(leaf.attributes()).entrySet()) {
            frame32(out, Bytes.utf8(attribute.getKey()));
            frame32(out, attribute.getValue());
        }
        return Bytes.copyOf(bytes.toByteArray());
    }

    private static void frame32(DataOutputStream out, Bytes value) throws IOException {
        out.writeInt(value.length());
        out.write(value.toArray());
    }

    @Test
    void theEncodingIsTheNaiveOneAndIsReadBack() throws Exception {
        RandomTrees trees = new RandomTrees(Seed.random("leaf"));
        for (int i = 0; i < 5000; i++) {
            Leaf leaf = trees.leaf();
            assertThat(leaf.encode()).isEqualTo(naive(leaf));
            assertThat(Leaf.decode(leaf.encode())).isEqualTo(leaf);
        }
    }

    @Test
    void everyChangedEncodingIsAnotherLeafOrRefused() {
        Leaf leaf = Leaf.of(Kind.FILE, Map.of("mode", Bytes.utf8("0644"), "uid", Bytes.utf8("0")));
        new Mutations("leaf")
                .run(
                        leaf.encode(),
                        20_000,
                        mutated -> {
                            Leaf decoded = Leaf.decode(mutated);
                            assertThat(decoded.encode()).isEqualTo(mutated);
                        });
    }

    /// In hex: kind `fifo` is 00000004 6669666f, an attribute `a` with value `b` is 00000001 61
    /// 00000001 62.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "000000",
                "00000004666966",
                "00000004464946" + "4f",
                "0000000466696670",
                "ffffffff6669666f",
                "000000046669666f00",
                "000000046669666f0000000161",
                "000000046669666f00000000" + "00000000",
                "000000046669666f0000000162" + "00000000" + "0000000161" + "00000000",
                "000000046669666f0000000161" + "00000000" + "0000000161" + "00000000",
                "000000046669666f0000000120" + "00000000",
                "000000046669666f00000001e9" + "00000000",
                "000000046669666f" + "00000004" + "6b696e64" + "00000000",
                "000000046669666f" + "00000004" + "70617468" + "00000000",
                "000000046669666f0000000161" + "00010001",
                "000000046669666f00000201",
            })
    void anEncodingThatIsNotTheOneIsRefused(String hex) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> Leaf.decode(Bytes.ofHex(hex)));
    }

    @Test
    void limitsAreKept() {
        TreeMap<String, Bytes> many = new TreeMap<>();
        for (int i = 0; i < Leaf.MAX_ATTRIBUTES; i++) {
            many.put("a" + i, Bytes.EMPTY);
        }
        assertThat(new Leaf(Kind.FILE, many).attributes()).hasSize(Leaf.MAX_ATTRIBUTES);
        many.put("one-more", Bytes.EMPTY);
        assertThatThrownBy(() -> new Leaf(Kind.FILE, many))
                .isInstanceOf(IllegalArgumentException.class);
        for (Map<String, Bytes> wrong :
                List.of(
                        Map.of("", Bytes.EMPTY),
                        Map.of("a b", Bytes.EMPTY),
                        Map.of("é", Bytes.EMPTY),
                        Map.of("kind", Bytes.EMPTY),
                        Map.of("path", Bytes.EMPTY),
                        Map.of("a".repeat(Leaf.MAX_NAME_BYTES + 1), Bytes.EMPTY),
                        Map.of("a", Bytes.copyOf(new byte[Leaf.MAX_VALUE_BYTES + 1])))) {
            assertThatThrownBy(() -> Leaf.of(Kind.FILE, wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aValueTooLongForAnAttributeIsRepresentedByItsDigest() {
        assertThat(Leaf.ofValue(Bytes.utf8("1")).attributes()).containsOnlyKeys(Leaf.VALUE);
        Bytes large = Bytes.copyOf(new byte[Leaf.MAX_VALUE_BYTES + 1]);
        assertThat(Leaf.ofValue(large).attributes()).containsOnlyKeys(Leaf.CONTENT);
    }

    @Test
    void aSetHoldsEachPathOnceAndNeverTheRoot() {
        Entry entry = Entry.of(NodePath.of("fs/a"), Leaf.ofValue(Bytes.EMPTY));
        assertThatThrownBy(() -> MeasurementSet.of(List.of(entry, entry)))
                .isInstanceOf(IllegalArgumentException.class);
        Entry root = Entry.of(NodePath.ROOT, Leaf.ofValue(Bytes.EMPTY));
        assertThatThrownBy(() -> MeasurementSet.of(List.of(entry, root)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

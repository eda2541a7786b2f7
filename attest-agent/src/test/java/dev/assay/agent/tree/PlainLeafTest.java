package dev.assay.agent.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class PlainLeafTest {
    private static void assertEncodesAsLeaf(int mode, long uid, long gid, long size) {
        byte[] packed = new byte[40];
        new Random(size).nextBytes(packed);
        Digest content = Digest.of(Bytes.copyOf(packed, 5, 5 + Digest.BYTES));
        Leaf leaf =
                Leaf.of(
                        Kind.FILE,
                        Map.of(
                                Leaf.MODE,
                                Bytes.utf8("%04o".formatted(mode)),
                                Leaf.UID,
                                Bytes.utf8(Long.toString(uid)),
                                Leaf.GID,
                                Bytes.utf8(Long.toString(gid)),
                                Leaf.SIZE,
                                Bytes.utf8(Long.toString(size)),
                                Leaf.CONTENT,
                                Bytes.utf8(content.hex())));

        assertThat(new PlainLeaf().encode(mode, uid, gid, size, packed, 5).bytes())
                .isEqualTo(leaf.encode());
    }

    @Test
    void smallestAndLargestAreEncodedAsALeaf() {
        assertEncodesAsLeaf(0, 0, 0, 0);
        assertEncodesAsLeaf(07777, 0xffffffffL, 0xffffffffL, Long.MAX_VALUE);
        assertEncodesAsLeaf(0644, 9, 10, 99);
    }

    @RepeatedTest(50)
    void anyIsEncodedAsALeaf() {
        Random random = new Random();
        assertEncodesAsLeaf(
                random.nextInt(010000),
                random.nextLong(1L << 32),
                random.nextLong(1L << random.nextInt(1, 33)),
                random.nextLong(1L << random.nextInt(1, 63)));
    }

    @Test
    void oneThatWasUsedBeforeForgetsWhatItWas() {
        PlainLeaf used = new PlainLeaf();
        byte[] zeros = new byte[Digest.BYTES];
        Bytes first = used.encode(0644, 0, 0, Long.MAX_VALUE, zeros, 0).bytes();

        Bytes second = used.encode(0644, 0, 0, 1, zeros, 0).bytes();

        assertThat(second).isNotEqualTo(first);
        assertThat(second).isEqualTo(new PlainLeaf().encode(0644, 0, 0, 1, zeros, 0).bytes());
    }
}

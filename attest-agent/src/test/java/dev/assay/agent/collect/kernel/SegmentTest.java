package dev.assay.agent.collect.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentTest {
    @Test
    void namesThatWouldLeaveTheirSubtreeAreEscaped() {
        assertThat(Segment.of("../fs/usr")).isEqualTo(Bytes.utf8("..%2Ffs%2Fusr"));
        assertThat(Segment.of("..")).isEqualTo(Bytes.utf8("%2E%2E"));
        assertThat(Segment.of(".")).isEqualTo(Bytes.utf8("%2E"));
        assertThat(Segment.of("")).isEqualTo(Bytes.utf8("%"));
        assertThat(Segment.of("a\0b%")).isEqualTo(Bytes.utf8("a%00b%25"));
    }

    @Test
    void bytesThatAreNotTextStayAsTheyAre() {
        Bytes name = Bytes.copyOf(new byte[] {'v', (byte) 0xff, (byte) 0xc3});
        assertThat(Segment.of(name)).isEqualTo(name);
    }

    @Test
    void longNamesThatDifferAtTheirEndsStayApart() {
        String start = "/".repeat(5000);
        assertThat(Segment.of(start + "a")).isNotEqualTo(Segment.of(start + "b"));
        assertThat(Segment.of(start).length()).isLessThan(NodePath.MAX_SEGMENT_BYTES);
    }

    @Test
    void noTwoNamesShareASegment() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<Bytes, Bytes> nameBySegment = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int j = random.nextInt(6); j > 0; j--) {
                name.append("%2EF./~0\0".charAt(random.nextInt(9)));
            }
            Bytes bytes = Bytes.utf8(name.toString());
            Bytes segment = Segment.of(bytes);
            assertThat(NodePath.ROOT.child(segment).name()).as("seed %d", seed).isEqualTo(segment);
            Bytes before = nameBySegment.put(segment, bytes);
            assertThat(before == null || before.equals(bytes))
                    .as("seed %d: %s", seed, name)
                    .isTrue();
        }
    }
}

package dev.assay.agent.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameOrderTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 8, 9, 16, 17, 31, 100, 1000, 4097})
    void isThatOfUnsignedBytesAndKeepsEqualsAsTheyCame(int count) {
        Random random = new Random(count);
        RecordPile records = new RecordPile();
        List<Bytes> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] name = new byte[1 + random.nextInt(3)];
            random.nextBytes(name);
            names.add(Bytes.copyOf(name));
            records.add(
                    new RecordWriter()
                            .name(names.get(i))
                            .fixed(Records.NO_CLASS | Records.LEFT_OUT, 2)
                            .framed(Bytes.utf8(Integer.toString(i))));
        }
        List<Integer> order =
                IntStream.of(NameOrder.places(records))
                        .mapToObj(place -> Integer.parseInt(records.at(place).reason()))
                        .toList();
        List<Integer> expected = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        expected.sort((one, other) -> names.get(one).compareTo(names.get(other)));
        assertThat(order).isEqualTo(expected);
    }
}

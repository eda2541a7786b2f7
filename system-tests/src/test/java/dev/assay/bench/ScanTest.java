package dev.assay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScanTest {
    private static Machine machine(String vectors) {
        return new Machine("one", vectors, 2, 1L << 30, "Linux", "25", "its jar", 0);
    }

    private static Series series(String name, double... walls) {
        return Series.of(
                name,
                Arrays.stream(walls)
                        .mapToObj(wall -> new Run(wall, 2 * wall, (long) (wall * 100), 0))
                        .toList());
    }

    @Test
    void ratioIsOneOfMedians() {
        assertThat(series("ours", 1, 2, 90).ratioTo(series("theirs", 1, 4, 4))).isEqualTo(0.5);
    }

    @Test
    void memoryIsThatOfTheRunThatNeededMost() {
        assertThat(series("ours", 1, 3, 2).peakBytes()).isEqualTo(300);
    }

    @Test
    void wideVectorsRaiseTheAim() {
        List<Series> all = List.of(series(Measuring.FULL, 0.8), series(Tools.OPENSSL, 1));
        assertThat(Scan.warmTargets(machine("avx512bw"), all))
                .singleElement()
                .returns(0.75, Target::limit)
                .returns(false, Target::isMet);
        assertThat(Scan.warmTargets(machine("avx2"), all))
                .singleElement()
                .returns(0.9, Target::limit)
                .returns(true, Target::isMet);
    }

    @Test
    void nothingIsComparedWithWhatIsNotThere() {
        List<Series> all = List.of(series(Measuring.FULL, 1), series(Tools.FIND, 1));
        assertThat(Scan.warmTargets(machine("avx2"), all)).isEmpty();
    }

    @Test
    void sevenTimesFasterThanAideIsMetExactly() {
        List<Series> all = List.of(series(Measuring.FULL, 1), series(Aide.NAME, 7));
        assertThat(Scan.warmTargets(machine("avx2"), all))
                .singleElement()
                .returns(true, Target::isMet);
    }
}
